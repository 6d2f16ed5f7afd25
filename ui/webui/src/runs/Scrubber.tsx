import { useEffect, useMemo, useRef, useState } from "react";
import type { EventBrief } from "@/core/types";
import { TONE_ORDER } from "@/runs/event-words";
import { ticksOf } from "@/runs/ticks";
import type { Tone } from "@/ui/status";

interface ScrubberProps {
  events: readonly EventBrief[];
  /** The last position. */
  head: number;
  at: number;
  onChange: (seq: number) => void;
  /** What is at this position, for those who hear it. */
  text: string;
}

const COLOUR: Record<Tone, string> = {
  bad: "var(--bad)",
  human: "var(--human)",
  nest: "var(--nest)",
  ok: "var(--ok)",
  machine: "var(--machine)",
  muted: "var(--line-strong)",
};
/** While it is dragged the page follows about as often as this. */
const FOLLOW_MS = 60;

/** A slider over all events, with a mark for each (or for the most telling of those that share a place). */
export function Scrubber({ events, head, at, onChange, text }: ScrubberProps) {
  const ticks = useMemo(() => ticksOf(events, head), [events, head]);
  const [held, setHeld] = useState<number | null>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (held === null) return;
    const timer = setTimeout(() => {
      latest.current(held);
      setHeld(null);
    }, FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <span className="relative flex h-9 min-w-40 flex-1 basis-60 items-center">
      <svg
        aria-hidden="true"
        viewBox="0 0 1000 20"
        preserveAspectRatio="none"
        className="pointer-events-none absolute inset-x-2 top-1/2 h-5 w-[calc(100%-1rem)] -translate-y-1/2"
      >
        <path d="M0 10H1000" stroke="var(--line)" strokeWidth="2" vectorEffect="non-scaling-stroke" />
        {TONE_ORDER.toReversed().map((tone) => (
          <path
            key={tone}
            d={(ticks.get(tone) ?? []).map((place) => `M${(place * 1000).toFixed(1)} 2V18`).join("")}
            stroke={COLOUR[tone]}
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <input
        type="range"
        aria-label="Position in the run's events"
        aria-valuetext={text}
        min={1}
        max={head}
        value={held ?? at}
        onChange={(event) => setHeld(Number(event.target.value))}
        className="scrubber relative h-9 w-full"
      />
    </span>
  );
}
