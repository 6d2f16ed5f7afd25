/** A page of runs with children below their parents. Pure. */
import type { Run } from "@/core/types";

export interface NestedRun {
  run: Run;
  /** 0 at the top. */
  depth: number;
}

/** Keeps the order of those at the top; a child whose parent is not on the page stands at the top itself. */
export function nestRuns(runs: readonly Run[]): NestedRun[] {
  const ids = new Set(runs.map((run) => run.workflow_run_id));
  const below = new Map<string, Run[]>();
  const top: Run[] = [];
  for (const run of runs) {
    const parent = run.parent_workflow_id;
    if (parent && ids.has(parent)) below.set(parent, [...(below.get(parent) ?? []), run]);
    else top.push(run);
  }
  const found: NestedRun[] = [];
  const add = (run: Run, depth: number) => {
    found.push({ run, depth });
    for (const child of below.get(run.workflow_run_id) ?? []) add(child, depth + 1);
  };
  for (const run of top) add(run, 0);
  return found;
}

const LONGEST = 80;

/** What a run is about, from what it was started with: its first text, or a few of its values. */
export function titleOf(run: Pick<Run, "payload">): string {
  const payload = run.payload;
  if (typeof payload === "string") return shorten(payload);
  if (typeof payload !== "object" || payload === null) return "";
  const values = Object.entries(payload);
  const text = values.find(([, value]) => typeof value === "string" && value.trim().length > 2);
  if (text) return shorten(text[1] as string);
  const simple = values.filter(([, value]) => typeof value === "number" || typeof value === "boolean");
  return shorten(simple.map(([key, value]) => `${key}: ${value}`).join(", "));
}

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};
