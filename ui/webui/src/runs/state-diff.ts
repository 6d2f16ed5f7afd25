/** Two states, and what is different. Pure. Items of lists are matched by their id where they have one. */
import { create, type Delta } from "jsondiffpatch";

export interface Change {
  /** Keys from the root down; items of lists by their number. */
  path: string[];
  op: "add" | "remove" | "replace" | "move";
  before?: unknown;
  after?: unknown;
}

const differ = create({
  objectHash: (item: object, index?: number) => {
    const { id, key, name, index: number } = item as Record<string, unknown>;
    const known = id ?? key ?? name ?? number;
    return known === undefined ? `$$${index}` : `${known}`;
  },
  arrays: { detectMove: true },
});

/** By path. */
export function diffStates(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  collect(differ.diff(before, after), [], changes);
  return changes.sort((a, b) => pathText(a.path).localeCompare(pathText(b.path), "en", { numeric: true }));
}

function collect(delta: Delta | unknown, path: string[], changes: Change[]): void {
  if (delta === undefined || delta === null) return;
  if (Array.isArray(delta)) {
    changes.push(changeOf(delta, path));
    return;
  }
  const isList = (delta as { _t?: string })._t === "a";
  for (const [key, below] of Object.entries(delta as Record<string, unknown>)) {
    if (key !== "_t") collect(below, [...path, isList ? key.replace(/^_/, "") : key], changes);
  }
}

/** jsondiffpatch: `[new]`, `[old, new]`, `[old, 0, 0]` removed, `["", position, 3]` moved. */
function changeOf(delta: unknown[], path: string[]): Change {
  if (delta.length === 1) return { path, op: "add", after: delta[0] };
  if (delta.length === 2) return { path, op: "replace", before: delta[0], after: delta[1] };
  if (delta[2] === 3) return { path, op: "move", after: delta[1] };
  return { path, op: "remove", before: delta[0] };
}

/** `story.scenes.0.title` */
export const pathText = (path: readonly string[]): string => path.join(".");

/** Whether what is written at `written` is at, above or below `path`; both dotted. */
export const touches = (written: string, path: string): boolean =>
  written === path || path.startsWith(`${written}.`) || written.startsWith(`${path}.`);
