import { describe, expect, it } from "vitest";
import { jsonRows } from "@/ui/json-rows";
import { treeMove } from "@/ui/tree-keys";

const rows = [
  { key: "a", level: 1, expanded: true },
  { key: "a1", level: 2, expanded: undefined },
  { key: "a2", level: 2, expanded: false },
  { key: "b", level: 1, expanded: undefined },
];

describe("keys in a tree", () => {
  it.each([
    [0, "ArrowDown", { to: 1 }],
    [3, "ArrowDown", null],
    [0, "ArrowUp", null],
    [2, "Home", { to: 0 }],
    [0, "End", { to: 3 }],
    [0, "ArrowRight", { to: 1 }],
    [2, "ArrowRight", { toggle: 2 }],
    [1, "ArrowRight", null],
    [0, "ArrowLeft", { toggle: 0 }],
    [2, "ArrowLeft", { to: 0 }],
    [3, "ArrowLeft", null],
    [0, "x", null],
  ])("on row %d %s gives %j", (at, key, move) => expect(treeMove(rows, at, key)).toEqual(move));
});

describe("rows of JSON", () => {
  it("follow what is open, with pointers that are escaped", () => {
    const found = jsonRows({ "a/b": { c: [1] }, d: {} }, (_, level) => level < 2);
    expect(found.map((row) => [row.pointer, row.level, row.expanded])).toEqual([
      ["/a~1b", 1, true],
      ["/a~1b/c", 2, false],
      ["/d", 1, undefined],
    ]);
  });

  it("of a plain value are one", () => expect(jsonRows("x", () => true)).toHaveLength(1));
});
