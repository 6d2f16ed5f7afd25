/** A row's bar: what is drawn where, from 0 to 1. Pure. */
import type { Moment } from "@/runs/trace-rows";
import type { Stretch, TimeScale } from "@/runs/trace-time";
import type { PartKind, TraceNode } from "@/runs/trace-types";

export interface Bar {
  kind: PartKind | "frame" | "bad";
  from: number;
  to: number;
  /** After the moment that is looked at. */
  later: boolean;
}

/** Closer than this, two parts of the same kind are one: nobody could tell them apart. */
const NEAR = 0.002;

interface Drawing {
  scale: TimeScale;
  moment: Moment | null;
  stretches: readonly Stretch[];
}

export function barsOf(node: TraceNode, { scale, moment, stretches }: Drawing): Bar[] {
  const end = node.end ?? scale.end;
  const bars: Bar[] = [];
  for (const [kind, start, stop] of spansOf(node, end, stretches)) {
    const from = scale.place(start);
    const to = scale.place(Math.min(stop, end));
    const last = bars.at(-1);
    if (last?.kind === kind && from - last.to < NEAR) last.to = Math.max(last.to, to);
    else bars.push({ kind, from, to, later: false });
  }
  return moment ? bars.flatMap((bar) => cut(bar, scale.place(moment.at), node, moment)) : bars;
}

type Span = [kind: Bar["kind"], start: number, end: number];

function spansOf(node: TraceNode, end: number, stretches: readonly Stretch[]): Span[] {
  if (node.kind === "step") return [["frame", node.start, end]];
  if (node.kind === "run") {
    return stretches.flatMap(({ kind, start, end }) => (kind === "idle" ? [] : [[kind, start, end] as Span]));
  }
  const bad = (kind: PartKind) => node.status === "failed" && kind !== "person" && kind !== "wait";
  return node.parts.map((part) => [bad(part.kind) ? "bad" : part.kind, part.start, part.end ?? end]);
}

function cut(bar: Bar, at: number, node: TraceNode, moment: Moment): Bar[] {
  const isLater = node.runId === moment.runId ? node.fromSeq > moment.seq : node.start > moment.at;
  if (isLater || bar.from > at) return [{ ...bar, later: true }];
  if (bar.to <= at) return [bar];
  return [
    { ...bar, to: at },
    { ...bar, from: at, later: true },
  ];
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

/** The gaps and the line of the moment, as a background that all rows share. */
export function backgroundOf(scale: TimeScale): string {
  if (scale.gaps.length === 0) return "none";
  const stops = scale.gaps.flatMap(({ from, to }) => [
    `transparent ${percent(from)}`,
    `var(--gap) ${percent(from)} ${percent(to)}`,
    `transparent ${percent(to)}`,
  ]);
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
