import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { useCommands } from "@/core/commands";
import { plural } from "@/core/format";
import { Inspector } from "@/runs/Inspector";
import { useRunModel, useRunView } from "@/runs/run-model";
import { TraceLegend } from "@/runs/TraceLegend";
import { TraceTree } from "@/runs/TraceTree";
import { causeOf, childKeysAbove, failuresOf, type TraceRow, traceRows } from "@/runs/trace-rows";
import { scaleOf } from "@/runs/trace-time";
import { useChildTrees } from "@/runs/use-child-trees";
import { IconButton } from "@/ui/button";
import { Splitter } from "@/ui/splitter";

/** What happened, as a tree with times; and all about the row that is selected. */
export function TraceTab() {
  const { trace, stretches, moment, childStatus, names } = useRunModel();
  const { search, set } = useRunView();
  const navigate = useNavigate();
  const [collapse, setCollapse] = useState(true);
  const selected = search.sel ?? causeOf(trace)?.key ?? openQuestionOf(trace) ?? trace.key;
  const { isOpen, toggle, openChildren } = useOpenRows(selected);
  const childTrees = useChildTrees(openChildren, names);
  const rows = useMemo(
    () => traceRows(trace, { isOpen, childTrees, moment, childStatus }),
    [trace, isOpen, childTrees, moment, childStatus],
  );
  const scale = useMemo(() => scaleOf(stretches, { collapse }), [stretches, collapse]);
  const select = (key: string) => set({ sel: key });
  const row = rows.find((item) => item.key === selected);
  const failures = useMemo(() => failuresOf(trace).map((node) => node.key), [trace]);
  const walk = (by: 1 | -1) => {
    const next = neighbour(failures, selected, by);
    if (next) select(next);
  };
  useCommands([
    {
      id: "trace:next",
      title: "Next failure",
      keys: "]",
      disabled: failures.length === 0,
      run: () => walk(1),
    },
    {
      id: "trace:last",
      title: "Failure before",
      keys: "[",
      disabled: failures.length === 0,
      run: () => walk(-1),
    },
    {
      id: "trace:gaps",
      title: collapse ? "Show waits as long as they were" : "Shorten waits",
      run: () => setCollapse(!collapse),
    },
  ]);
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <TraceLegend />
        <ShortenSwitch on={collapse} onChange={setCollapse} />
        {failures.length > 0 && (
          <span className="ml-auto flex items-center gap-1 text-bad text-sm">
            {plural(failures.length, "failure")}
            <IconButton
              size="sm"
              label="Failure before"
              keys="["
              icon={<ChevronLeft aria-hidden />}
              onClick={() => walk(-1)}
            />
            <IconButton
              size="sm"
              label="Next failure"
              keys="]"
              icon={<ChevronRight aria-hidden />}
              onClick={() => walk(1)}
            />
          </span>
        )}
      </div>
      <Splitter
        label="Trace and details"
        initial={64}
        className="pane"
        first={
          <TraceTree
            rows={rows}
            scale={scale}
            selected={selected}
            onSelect={(item) => select(item.key)}
            onToggle={(item) => toggle(item.key)}
            onActivate={(item) => {
              if (item.node.childRunId)
                void navigate({ to: "/runs/$runId", params: { runId: item.node.childRunId } });
            }}
          />
        }
        second={<Inspector node={row?.node ?? trace} status={row?.status ?? trace.status} />}
      />
    </>
  );
}

/** All rows are open at first, but for child runs: what is in those is read when it is wanted. */
function useOpenRows(selected: string) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(() => new Set(childKeysAbove(selected)));
  const isOpen = useMemo(
    () => (key: string, node: TraceRow["node"]) => (node.childRunId === undefined) !== turned.has(key),
    [turned],
  );
  const toggle = (key: string) =>
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const openChildren = useMemo(
    () => [...turned].flatMap((key) => /child:([^/]+)$/.exec(key)?.[1] ?? []),
    [turned],
  );
  return { isOpen, toggle, openChildren };
}

const openQuestionOf = (node: TraceRow["node"]): string | undefined => {
  if (node.kind === "question" && node.status === "open") return node.key;
  for (const child of node.children) {
    const found = openQuestionOf(child);
    if (found) return found;
  }
  return undefined;
};

/** Around the list, from wherever one is. */
function neighbour(keys: readonly string[], from: string, by: 1 | -1): string | undefined {
  const at = keys.indexOf(from);
  if (at < 0) return by === 1 ? keys[0] : keys.at(-1);
  return keys[(at + by + keys.length) % keys.length];
}

function ShortenSwitch({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <span className="flex min-h-6 items-center gap-2 text-ink-2 text-xs">
      <input
        id={id}
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-(--machine)"
      />
      <label htmlFor={id}>Shorten waits</label>
    </span>
  );
}
