import { describe, expect, it } from "vitest";
import { diffStates, pathText, touches } from "@/runs/state-diff";

describe("differences of two states", () => {
  const lines = (before: unknown, after: unknown) =>
    diffStates(before, after).map((change) => `${change.op} ${pathText(change.path)}`);

  it("are told key by key", () => {
    expect(lines({ a: 1, b: { c: "x" }, d: 1 }, { a: 1, b: { c: "y" }, e: null })).toEqual([
      "replace b.c",
      "remove d",
      "add e",
    ]);
  });

  it("of lists are told by item, where one that is put in front changes no other", () => {
    const before = { scenes: [{ id: "a", title: "Pier" }] };
    const after = {
      scenes: [
        { id: "b", title: "Fog" },
        { id: "a", title: "The pier" },
      ],
    };
    expect(lines(before, after)).toEqual(["add scenes.0", "replace scenes.1.title"]);
  });

  it("are none where nothing is different", () => {
    expect(diffStates({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });

  it("belong to a path that is above or below", () => {
    expect([
      touches("story", "story.title"),
      touches("story.title", "story"),
      touches("sto", "story"),
    ]).toEqual([true, true, false]);
  });
});
