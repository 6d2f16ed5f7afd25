/** Two versions of a definition, and what is different. Pure. Parts of lists are matched by their names. */
import { create, type Delta } from "jsondiffpatch";

export interface Change {
  /** As a person says it: `steps`, `scene_generation`, `modules`, `generate_scenes`, `inputs`, `prompt`. */
  path: string[];
  op: "added" | "removed" | "changed" | "moved";
  before?: unknown;
  after?: unknown;
}

const NAMES = ["step_id", "name", "id", "module_name", "source", "module_id", "key"] as const;

function nameOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const named = item as Record<string, unknown>;
  return NAMES.map((key) => named[key]).find((value) => typeof value === "string") as string | undefined;
}

const differ = create({
  objectHash: (item: object, index?: number) => nameOf(item) ?? `$$${index}`,
  arrays: { detectMove: true },
});

/** In the order of the newer one, with what was removed at the end of its list. */
export function diffDefinitions(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  walk({ delta: differ.diff(before, after), before, after, path: [] }, changes);
  return changes;
}

interface Here {
  delta: Delta | unknown;
  before: unknown;
  after: unknown;
  path: string[];
}

function walk({ delta, before, after, path }: Here, changes: Change[]): void {
  if (delta === undefined || delta === null) return;
  if (Array.isArray(delta)) {
    changes.push(changeOf(delta, path, before));
    return;
  }
  const parts = Object.entries(delta as Record<string, unknown>).filter(([key]) => key !== "_t");
  const isList = (delta as { _t?: string })._t === "a";
  for (const [key, below] of parts) {
    const inner = isList ? itemAt(key, before, after) : propertyAt(key, before, after);
    walk({ delta: below, before: inner.before, after: inner.after, path: [...path, inner.name] }, changes);
  }
}

interface Inner {
  name: string;
  before: unknown;
  after: unknown;
}

const propertyAt = (name: string, before: unknown, after: unknown): Inner => ({
  name,
  before: childOf(before, name),
  after: childOf(after, name),
});

/** jsondiffpatch: `_3` was the fourth of the older list, `3` is the fourth of the newer one. */
function itemAt(key: string, before: unknown, after: unknown): Inner {
  const left = key.startsWith("_");
  const index = left ? key.slice(1) : key;
  const item = childOf(left ? before : after, index);
  const was = left ? item : matched(before, item, index);
  return { name: nameOf(item) ?? `#${Number(index) + 1}`, before: was, after: item };
}

const childOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** The item of the older list that became this one. */
function matched(list: unknown, item: unknown, index: string): unknown {
  const name = nameOf(item);
  if (!Array.isArray(list)) return undefined;
  return name === undefined ? list[Number(index)] : list.find((other) => nameOf(other) === name);
}

/** jsondiffpatch: `[new]`, `[old, new]`, `[old, 0, 0]` removed, `["", position, 3]` moved. */
function changeOf(delta: unknown[], path: string[], before: unknown): Change {
  if (delta.length === 1) return { path, op: "added", after: delta[0] };
  if (delta.length === 2) return { path, op: "changed", before: delta[0], after: delta[1] };
  if (delta[2] === 3) return { path, op: "moved", before };
  return { path, op: "removed", before: delta[0] };
}
