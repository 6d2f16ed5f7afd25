import { ChevronRight, CircleDashed } from "lucide-react";
import { formatDuration } from "@/core/format";
import type { TraceRow } from "@/runs/trace-rows";
import type { TraceNode } from "@/runs/trace-types";
import { cn } from "@/ui/cn";
import { STATUS, TONE_TEXT } from "@/ui/status";

interface TraceLabelProps {
  row: TraceRow;
  onToggle: () => void;
}

/** The words of a row: how it stands, what it is. */
export function TraceLabel({ row, onToggle }: TraceLabelProps) {
  const { node, status } = row;
  const look = status === "future" ? null : STATUS[status];
  const Icon = look?.icon ?? CircleDashed;
  return (
    <span
      style={{ paddingLeft: (row.level - 1) * 16 + 4 }}
      className={cn("flex h-full min-w-0 items-center gap-1.5", status === "future" && "text-ink-3 italic")}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the tree has the keys */}
      <span
        className="flex size-6 shrink-0 items-center justify-center"
        onClick={(event) => {
          if (row.expanded === undefined) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {row.expanded !== undefined && (
          <ChevronRight
            aria-hidden
            className={cn("size-4 text-ink-3 transition-transform", row.expanded && "rotate-90")}
          />
        )}
      </span>
      <Icon
        aria-hidden
        className={cn("size-4 shrink-0", look ? TONE_TEXT[look.tone] : "text-ink-3", look?.spin && "spin")}
      />
      <Words node={node} isFuture={status === "future"} />
      <span className="sr-only">
        , {status === "future" ? "not yet" : look?.word}
        {node.status === "skipped" ? "" : `, ${spanWords(node)}`}
      </span>
    </span>
  );
}

const Words = ({ node, isFuture }: { node: TraceNode; isFuture: boolean }) => (
  <>
    <span
      className={cn(
        "truncate",
        (node.kind === "step" || node.kind === "run") && "font-semibold",
        !isFuture && (node.kind === "child" || node.kind === "sub_action") && "text-nest",
        node.kind === "child" && "italic",
      )}
    >
      {node.label}
    </span>
    {node.detail && (
      <span className="shrink-[9] truncate text-ink-3 text-xs max-md:hidden">{node.detail}</span>
    )}
    {node.continued && <span className="whitespace-nowrap text-ink-3 text-xs">went on</span>}
    {(node.attempts ?? 0) > 1 && (
      <span className="whitespace-nowrap text-ink-3 text-xs">{node.attempts} attempts</span>
    )}
  </>
);

export const spanWords = (node: TraceNode, now?: number): string => {
  const end = node.end ?? now;
  return end === undefined ? "since then" : formatDuration(end - node.start);
};
