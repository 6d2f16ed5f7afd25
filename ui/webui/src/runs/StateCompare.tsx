import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { EventBrief } from "@/core/types";
import { eventPlace, eventWords } from "@/runs/event-words";
import { useRunModel, useRunView } from "@/runs/run-model";
import { stateAtQuery } from "@/runs/run-queries";
import { StateDiff } from "@/runs/StateDiff";
import { type Change, diffStates, pathText, touches } from "@/runs/state-diff";
import { ErrorNote } from "@/ui/error";
import { NativeSelect } from "@/ui/select";
import { SkeletonRows } from "@/ui/skeleton";

interface StateCompareProps {
  from: number;
  to: number;
  writers: readonly EventBrief[];
}

/** Moments offered for comparing: the newest changes, and the start. */
const OFFERED = 60;

/** What is different between two moments, and who made the difference. */
export function StateCompare({ from, to, writers }: StateCompareProps) {
  const { run, branchId, events } = useRunModel();
  const { set } = useRunView();
  const [left, right] = useQueries({
    queries: [from, to].map((seq) => stateAtQuery(run.workflow_run_id, branchId, seq)),
  });
  const before = left?.data?.state;
  const after = right?.data?.state;
  const changes = useMemo(() => (before && after ? diffStates(before, after) : null), [before, after]);
  const error = left?.error ?? right?.error;
  const choices = new Map<number, string>([[1, "the start"]]);
  for (const event of writers.slice(-OFFERED)) {
    choices.set(
      event.seq - 1,
      `before event ${event.seq}, ${eventPlace(event) || eventWords(event.event_type)}`,
    );
  }
  if (!choices.has(from)) choices.set(from, `event ${from}${events[from - 1] ? "" : " (unknown)"}`);
  const sorted = [...choices].filter(([seq]) => seq >= 1).sort(([a], [b]) => b - a);
  return (
    <div className="max-w-4xl">
      <div className="mb-2 flex flex-wrap items-center gap-2 text-sm">
        <span>After event {to.toLocaleString("en-GB")}, compared with</span>
        <NativeSelect
          label="Compared with"
          value={String(from)}
          onChange={(seq) => set({ cmp: Number(seq) })}
          className="max-w-full"
          choices={sorted.map(([seq, label]) => ({ value: String(seq), label }))}
        />
      </div>
      {error && <ErrorNote title="The state could not be read" error={error} />}
      {changes ? (
        <StateDiff
          changes={changes}
          none="Nothing is different between these two moments."
          extra={(change) => <Writer change={change} writers={writers} from={from} />}
        />
      ) : (
        !error && <SkeletonRows rows={4} />
      )}
    </div>
  );
}

function Writer({ change, writers, from }: { change: Change; writers: readonly EventBrief[]; from: number }) {
  const { set } = useRunView();
  const path = pathText(change.path);
  const writer = writers.findLast(
    (event) => event.seq > from && event.writes?.some((written) => touches(written, path)),
  );
  if (!writer) return null;
  return (
    <button
      type="button"
      onClick={() => set({ tab: "events", sel: String(writer.seq) })}
      className="link min-h-6 shrink-0 text-right"
    >
      {eventPlace(writer) || "start"}, event {writer.seq}
    </button>
  );
}
