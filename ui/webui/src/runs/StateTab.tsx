import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { EventBrief } from "@/core/types";
import { useRunModel, useRunView } from "@/runs/run-model";
import { stateAtQuery } from "@/runs/run-queries";
import { StateCompare } from "@/runs/StateCompare";
import { StateKey } from "@/runs/StateKey";
import { touches } from "@/runs/state-diff";
import { CopyButton } from "@/ui/copy";
import { Empty } from "@/ui/empty";
import { JsonTree } from "@/ui/json-tree";
import { QueryState } from "@/ui/query-state";
import { Splitter } from "@/ui/splitter";

/** The state at the moment that is looked at: all of it, or what is different from another moment. */
export function StateTab() {
  const { run, branchId, events, moment, head } = useRunModel();
  const { search, set } = useRunView();
  const last = Math.max(1, events.at(-1)?.seq ?? head);
  const seq = moment?.seq ?? last;
  const state = useQuery(stateAtQuery(run.workflow_run_id, branchId, seq));
  const writers = useMemo(
    () => events.filter((event) => event.writes?.length && event.seq <= seq),
    [events, seq],
  );
  const compares = search.cmp !== undefined;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <label className="flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            checked={compares}
            onChange={(event) =>
              set({ cmp: event.target.checked ? lastWriteBefore(writers, seq) : undefined })
            }
            className="size-[1.125rem] accent-(--machine)"
          />
          Changes only
        </label>
        {state.data && !compares && (
          <span className="flex items-center gap-1 text-ink-2">
            after event {seq.toLocaleString("en-GB")}
            <CopyButton text={JSON.stringify(state.data.state, null, 2)} label="Copy the state" />
          </span>
        )}
      </div>
      {compares ? (
        <StateCompare from={search.cmp ?? 1} to={seq} writers={writers} />
      ) : (
        <QueryState query={state} failed="The state could not be read">
          {(found) => <Whole state={found.state} writers={writers} />}
        </QueryState>
      )}
    </>
  );
}

/** The position before the last change: comparing with it shows what that change was. */
const lastWriteBefore = (writers: readonly EventBrief[], seq: number): number =>
  Math.max(1, (writers.at(-1)?.seq ?? seq) - 1);

function Whole({ state, writers }: { state: Record<string, unknown>; writers: readonly EventBrief[] }) {
  const [pointer, setPointer] = useState<string | null>(null);
  if (Object.keys(state).length === 0) return <Empty title="The state is empty at this moment" />;
  return (
    <Splitter
      label="State and its keys"
      className="pane"
      first={
        <div className="flex min-h-0 flex-col rounded-lg border border-line bg-surface py-1">
          <JsonTree
            value={state}
            label="State"
            openLevels={1}
            maxRows={100_000}
            selected={pointer}
            onSelect={setPointer}
            className="max-h-full min-h-0"
            extra={(row) => (
              <span className="text-ink-3">{row.level === 1 ? writerOf(row.pointer, writers) : ""}</span>
            )}
          />
        </div>
      }
      second={<StateKey state={state} pointer={pointer} writers={writers} />}
    />
  );
}

function writerOf(pointer: string, writers: readonly EventBrief[]): string {
  const key = pointer.slice(1);
  const last = writers.findLast((event) => event.writes?.some((path) => touches(path, key)));
  return last ? `${last.module_name ?? "start"} · ${last.seq}` : "";
}
