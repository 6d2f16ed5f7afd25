/** Two texts line by line. Pure. */

export interface Line {
  kind: "same" | "removed" | "added" | "gap";
  text: string;
}

/** Above this many pairs of lines the work is not worth it: all is removed, and all is added. */
const MOST_PAIRS = 1_000_000;
const AROUND = 2;

/** Equal lines far from a change become one gap, which says how many they are. */
export function diffLines(before: string, after: string): Line[] {
  return withGaps(allLines(before.split("\n"), after.split("\n")));
}

function allLines(before: string[], after: string[]): Line[] {
  if (before.length * after.length > MOST_PAIRS)
    return [...before.map((text) => line("removed", text)), ...after.map((text) => line("added", text))];
  const common = commonLengths(before, after);
  const found: Line[] = [];
  let a = 0;
  let b = 0;
  while (a < before.length || b < after.length) {
    if (a < before.length && b < after.length && before[a] === after[b]) {
      found.push(line("same", before[a] ?? ""));
      a++;
      b++;
    } else if (
      b >= after.length ||
      (a < before.length && lengthAt(common, a + 1, b) >= lengthAt(common, a, b + 1))
    )
      found.push(line("removed", before[a++] ?? ""));
    else found.push(line("added", after[b++] ?? ""));
  }
  return found;
}

const line = (kind: Line["kind"], text: string): Line => ({ kind, text });

/** At `[a][b]`: the longest row of lines that both have from there on. */
function commonLengths(before: string[], after: string[]): Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let a = before.length - 1; a >= 0; a--) {
    const row = rows[a] as Uint32Array;
    for (let b = after.length - 1; b >= 0; b--) {
      row[b] =
        before[a] === after[b]
          ? lengthAt(rows, a + 1, b + 1) + 1
          : Math.max(lengthAt(rows, a + 1, b), lengthAt(rows, a, b + 1));
    }
  }
  return rows;
}

const lengthAt = (rows: Uint32Array[], a: number, b: number): number => rows[a]?.[b] ?? 0;

function withGaps(lines: Line[]): Line[] {
  const near = new Set<number>();
  lines.forEach((item, index) => {
    if (item.kind === "same") return;
    for (let at = index - AROUND; at <= index + AROUND; at++) near.add(at);
  });
  const found: Line[] = [];
  let hidden = 0;
  const flush = () => {
    if (hidden > 0) found.push(line("gap", hidden === 1 ? "1 equal line" : `${hidden} equal lines`));
    hidden = 0;
  };
  lines.forEach((item, index) => {
    if (!near.has(index)) hidden++;
    else {
      flush();
      found.push(item);
    }
  });
  flush();
  return found;
}
