import type { Bar } from "@/runs/bars";
import { cn } from "@/ui/cn";

const LOOK: Record<Bar["kind"], string> = {
  work: "bg-machine",
  person: "bg-human",
  wait: "hatched",
  nest: "bg-nest",
  frame: "bg-ink/22",
  bad: "bg-bad",
};

/** When it was, and what it did then. For the eye: the row says the same in words. */
export const TraceBar = ({ bars, at }: { bars: readonly Bar[]; at: number | null }) => (
  <span aria-hidden="true" className="relative block h-full">
    {bars.map((bar) => (
      <span
        key={`${bar.kind}${bar.from}${bar.later}`}
        style={{ left: `${bar.from * 100}%`, width: `max(3px, ${(bar.to - bar.from) * 100}%)` }}
        className={cn(
          "absolute top-1/2 h-2 -translate-y-1/2 rounded-[3px]",
          LOOK[bar.kind],
          bar.later && "opacity-30",
        )}
      />
    ))}
    {at !== null && <span style={{ left: `${at * 100}%` }} className="absolute inset-y-0 w-px bg-focus" />}
  </span>
);
