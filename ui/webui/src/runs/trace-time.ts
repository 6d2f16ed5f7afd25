/** Where a run's time went, and how it is laid out on an axis. Pure. */
import type { Part, PartKind, TraceNode } from "@/runs/trace-types";

/** `idle`: nothing was going on, e.g. while the server was down. */
export interface Stretch {
  kind: PartKind | "idle";
  start: number;
  end: number;
}

/** What the run did at every moment, its stretches in order and without gaps. Work beats people beats waiting. */
export function stretchesOf(root: TraceNode, now: number): Stretch[] {
  const end = Math.max(root.end ?? now, root.start);
  const edges: { at: number; kind: PartKind; by: 1 | -1 }[] = [];
  for (const part of partsBelow(root)) {
    const stop = Math.min(part.end ?? end, end);
    if (stop <= part.start) continue;
    edges.push({ at: part.start, kind: part.kind, by: 1 }, { at: stop, kind: part.kind, by: -1 });
  }
  edges.sort((a, b) => a.at - b.at);
  const open: Record<PartKind, number> = { work: 0, nest: 0, person: 0, wait: 0 };
  const found: Stretch[] = [];
  let at = root.start;
  for (const edge of edges) {
    push(found, kindNow(open), at, edge.at);
    open[edge.kind] += edge.by;
    at = Math.max(at, edge.at);
  }
  push(found, "idle", at, end);
  return found;
}

function push(found: Stretch[], kind: Stretch["kind"], start: number, end: number): void {
  if (end <= start) return;
  const last = found.at(-1);
  if (last?.kind === kind) last.end = end;
  else found.push({ kind, start, end });
}

function kindNow(open: Record<PartKind, number>): Stretch["kind"] {
  if (open.work > 0 || open.nest > 0) return "work";
  if (open.person > 0) return "person";
  return open.wait > 0 ? "wait" : "idle";
}

/** The parts of modules and sub-actions: what is above them only repeats them. A child's own work is its own. */
function* partsBelow(node: TraceNode): Generator<Part> {
  if (node.kind === "module" || node.kind === "sub_action") yield* node.parts;
  for (const child of node.children) if (child.kind !== "child") yield* partsBelow(child);
}

export interface TimeSplit {
  /** Milliseconds. */
  work: number;
  person: number;
  wait: number;
}

export function splitOf(stretches: readonly Stretch[]): TimeSplit {
  const split: TimeSplit = { work: 0, person: 0, wait: 0 };
  for (const { kind, start, end } of stretches) {
    if (kind === "work" || kind === "nest") split.work += end - start;
    else if (kind === "person") split.person += end - start;
    else split.wait += end - start;
  }
  return split;
}

export interface Gap extends Stretch {
  /** Its place on the axis, 0 to 1. */
  from: number;
  to: number;
}

export interface TimeScale {
  start: number;
  end: number;
  /** A moment's place on the axis, 0 to 1. */
  place: (at: number) => number;
  /** Stretches that are drawn shorter than they were. */
  gaps: Gap[];
}

/** A stretch without work becomes a gap when it is this many times longer than all work together ... */
const TIMES_WORK = 0.5;
/** ... and longer than this: waits that one can see are no gaps. */
const MIN_GAP_MS = 2000;
/** Share of the axis that a gap takes, and the most for all gaps together. */
const GAP_SHARE = 0.08;
const ALL_GAPS = 0.45;

/** An axis on which long waits are short; with `collapse` off, one that is true. */
export function scaleOf(stretches: readonly Stretch[], { collapse }: { collapse: boolean }): TimeScale {
  const start = stretches[0]?.start ?? 0;
  const end = stretches.at(-1)?.end ?? start;
  const work = splitOf(stretches).work;
  const isGap = ({ kind, start, end }: Stretch) =>
    collapse && kind !== "work" && end - start > Math.max(MIN_GAP_MS, work * TIMES_WORK);
  const gapCount = stretches.filter(isGap).length;
  const total = stretches.reduce((sum, item) => sum + (isGap(item) ? 0 : item.end - item.start), 0);
  const gapShare =
    total === 0 ? 1 / Math.max(1, gapCount) : Math.min(GAP_SHARE, ALL_GAPS / Math.max(1, gapCount));
  const rest = 1 - gapShare * gapCount;
  const knots: [number, number][] = [[start, 0]];
  const gaps: Gap[] = [];
  let x = 0;
  for (const item of stretches) {
    const from = x;
    x += isGap(item) ? gapShare : ((item.end - item.start) / (total || 1)) * rest;
    knots.push([item.end, x]);
    if (isGap(item)) gaps.push({ ...item, from, to: x });
  }
  return { start, end, gaps, place: (at) => interpolate(knots, at) };
}

function interpolate(knots: readonly [number, number][], at: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.[0] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [t0, x0] = knots[low] ?? [0, 0];
  const [t1, x1] = knots[high] ?? [0, 0];
  if (at <= t0) return x0;
  if (at >= t1) return x1;
  return x0 + ((at - t0) / (t1 - t0)) * (x1 - x0);
}
