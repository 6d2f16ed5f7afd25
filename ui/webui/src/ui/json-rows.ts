/** JSON as rows of a tree. */
import type { TreeRow } from "@/ui/tree-keys";

export interface JsonRow extends TreeRow {
  /** The key or index; "" at the root. */
  name: string;
  /** JSON pointer. */
  pointer: string;
  value: unknown;
}

export const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;

const sizeOf = (value: object): number => Object.keys(value).length;

/** What a closed branch holds: `{3}`, `[12]`. */
export const summaryOf = (value: object): string =>
  Array.isArray(value) ? `[${value.length}]` : `{${sizeOf(value)}}`;

const escapePart = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The rows in sight. `isOpen` decides by pointer and level. */
export function jsonRows(value: unknown, isOpen: (pointer: string, level: number) => boolean): JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (name: string, pointer: string, item: unknown, level: number) => {
    const full = isBranch(item) && sizeOf(item) > 0;
    const open = full && isOpen(pointer, level);
    rows.push({ key: pointer || "/", name, pointer, value: item, level, expanded: full ? open : undefined });
    if (open) {
      for (const [key, child] of Object.entries(item))
        add(key, `${pointer}/${escapePart(key)}`, child, level + 1);
    }
  };
  if (isBranch(value) && sizeOf(value) > 0) {
    for (const [key, child] of Object.entries(value)) add(key, `/${escapePart(key)}`, child, 1);
  } else add("", "", value, 1);
  return rows;
}
