import type { CSSProperties } from "react";
import { formatDuration } from "@/core/format";
import type { Gap, TimeScale } from "@/runs/trace-time";
import { cn } from "@/ui/cn";

/** The head of the bars: where they begin, and how long each gap really was. */
export const TraceAxis = ({ scale }: { scale: TimeScale }) => (
  <div className="relative h-full text-ink-3 text-xs">
    {(scale.gaps[0]?.from ?? 1) > 0.1 && <span className="absolute bottom-1 left-0">0 s</span>}
    {scale.gaps.map((gap) => (
      <span
        key={gap.start}
        style={placeOf(gap)}
        title={gapWords(gap)}
        className={cn(
          "absolute bottom-1 max-w-32 truncate whitespace-nowrap rounded-full px-1.5",
          gap.kind === "person" ? "bg-human-soft text-human-ink" : "bg-ink/7 text-ink-2",
        )}
      >
        {roughly(gap.end - gap.start)}
        <span className="max-xl:sr-only"> waiting</span>
      </span>
    ))}
  </div>
);

/** `2 d 3 h` -> `2 d` */
const roughly = (ms: number): string => formatDuration(ms).split(" ").slice(0, 2).join(" ");

/** Over its gap, but not over the edge. */
function placeOf({ from, to }: Gap): CSSProperties {
  if (to > 0.85) return { right: `${(1 - to) * 100}%` };
  if (from < 0.1) return { left: `${from * 100}%` };
  return { left: `${((from + to) / 2) * 100}%`, transform: "translateX(-50%)" };
}

function gapWords({ kind, start, end }: Gap): string {
  const took = formatDuration(end - start);
  if (kind === "person") return `${took} waiting for a person`;
  return kind === "wait" ? `${took} waiting` : `${took} in which nothing happened`;
}
