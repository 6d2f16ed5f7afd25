/** The keyboard model of a tree (WAI-ARIA), as functions of values. */

export interface TreeRow {
  key: string;
  /** 1 at the top. */
  level: number;
  /** undefined: it has nothing below it. */
  expanded: boolean | undefined;
}

export type TreeMove = { to: number } | { toggle: number } | null;

/** What a key does on row `at`; null: nothing. */
export function treeMove(rows: readonly TreeRow[], at: number, key: string): TreeMove {
  const row = rows[at];
  if (!row) return null;
  if (key === "ArrowDown") return at + 1 < rows.length ? { to: at + 1 } : null;
  if (key === "ArrowUp") return at > 0 ? { to: at - 1 } : null;
  if (key === "Home") return { to: 0 };
  if (key === "End") return { to: rows.length - 1 };
  if (key === "ArrowRight") return openOrEnter(rows, at, row);
  if (key === "ArrowLeft") return row.expanded ? { toggle: at } : parentOf(rows, at, row);
  return null;
}

function openOrEnter(rows: readonly TreeRow[], at: number, row: TreeRow): TreeMove {
  if (row.expanded === undefined) return null;
  if (!row.expanded) return { toggle: at };
  const next = rows[at + 1];
  return next && next.level > row.level ? { to: at + 1 } : null;
}

function parentOf(rows: readonly TreeRow[], at: number, row: TreeRow): TreeMove {
  for (let index = at - 1; index >= 0; index--) {
    if ((rows[index]?.level ?? 0) < row.level) return { to: index };
  }
  return null;
}
