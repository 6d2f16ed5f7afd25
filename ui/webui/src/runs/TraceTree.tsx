import { useMemo } from "react";
import { backgroundOf, barsOf } from "@/runs/bars";
import { useRunModel } from "@/runs/run-model";
import { TraceAxis } from "@/runs/TraceAxis";
import { TraceBar } from "@/runs/TraceBar";
import { spanWords, TraceLabel } from "@/runs/TraceLabel";
import type { TraceRow } from "@/runs/trace-rows";
import type { TimeScale } from "@/runs/trace-time";
import { Tree } from "@/ui/tree";

interface TraceTreeProps {
  rows: readonly TraceRow[];
  scale: TimeScale;
  selected: string | null;
  onSelect: (row: TraceRow) => void;
  onToggle: (row: TraceRow) => void;
  onActivate: (row: TraceRow) => void;
}

const COLUMNS =
  "grid grid-cols-[minmax(0,1fr)_28%] md:grid-cols-[minmax(13rem,42%)_minmax(0,1fr)_5.5rem] gap-x-2 pr-2 pl-1 text-sm";
const ROW = 28;

/** The run as a tree with a bar for each row. Only what is in sight is in the page. */
export function TraceTree({ rows, scale, selected, onSelect, onToggle, onActivate }: TraceTreeProps) {
  const { stretches, moment, now } = useRunModel();
  const background = useMemo(() => backgroundOf(scale), [scale]);
  const at = moment ? scale.place(moment.at) : null;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <div className={`${COLUMNS} scrollbar-room h-8 shrink-0 overflow-hidden border-line border-b`}>
        <span className="flex items-end pb-1 pl-2 text-ink-3 text-xs">What happened</span>
        <TraceAxis scale={scale} />
        <span className="flex items-end justify-end pb-1 text-ink-3 text-xs max-md:hidden">Took</span>
      </div>
      <Tree
        rows={rows}
        label="What happened"
        rowHeight={ROW}
        selected={selected}
        onSelect={onSelect}
        onToggle={onToggle}
        onActivate={onActivate}
        className="scrollbar-room flex-1"
        render={(row) => (
          <div className={`${COLUMNS} h-full items-center`}>
            <TraceLabel row={row} onToggle={() => onToggle(row)} />
            <span style={{ backgroundImage: background }} className="h-full">
              <TraceBar bars={barsOf(row.node, { scale, moment, stretches })} at={at} />
            </span>
            <span
              className={`text-right text-xs max-md:hidden ${row.status === "future" ? "text-ink-3 italic" : "text-ink-2"}`}
            >
              {row.node.status === "skipped" ? "" : spanWords(row.node, now)}
            </span>
          </div>
        )}
      />
    </div>
  );
}
