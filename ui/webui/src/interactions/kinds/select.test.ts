import { describe, expect, it } from "vitest";
import {
  askOf,
  chosenIndexes,
  countProblem,
  detailsOf,
  type Option,
  optionKeys,
  type SelectData,
  selectResponse,
  sortPicks,
  togglePick,
} from "@/interactions/kinds/select";

const option = (label: string, index: number, value: unknown = { title: label }): Option => ({
  index,
  label,
  description: null,
  value,
});
const data = (labels: string[], more: Partial<SelectData> = {}): SelectData => ({
  options: labels.map((label, at) => option(label, at)),
  multiple: true,
  min: 1,
  max: null,
  ...more,
});
const picksOf = (from: SelectData, ...labels: string[]) => {
  const keys = optionKeys(from.options);
  return from.options
    .map((item, at) => ({ key: keys[at] ?? "", label: item.label }))
    .filter((pick) => labels.includes(pick.label));
};

describe("picks", () => {
  it("follow their option to another place", () => {
    const before = data(["soup", "pie"]);
    const after = data(["cake", "pie", "soup"]);
    const keys = optionKeys(after.options);
    const { kept, lost } = sortPicks(picksOf(before, "soup"), keys);
    expect(lost).toEqual([]);
    expect(selectResponse(after, keys, kept)).toEqual({ selected: [2] });
  });

  it("are lost with their option, by name", () => {
    const { kept, lost } = sortPicks(
      picksOf(data(["soup", "pie"]), "soup"),
      optionKeys(data(["pie"]).options),
    );
    expect(kept).toEqual([]);
    expect(lost.map((pick) => pick.label)).toEqual(["soup"]);
  });

  it("tell equal options apart, and do not mind the order of keys", () => {
    const same = [option("a", 0, { x: 1, y: 2 }), option("a", 1, { y: 2, x: 1 })];
    expect(new Set(optionKeys(same)).size).toBe(2);
    expect(optionKeys(same)[0]).toBe(optionKeys([option("a", 7, { y: 2, x: 1 })])[0]);
  });

  it("replace each other where one may be picked, and add up where several may", () => {
    const [first, second] = picksOf(data(["a", "b"]), "a", "b");
    if (!first || !second) throw new Error("two options");
    expect(togglePick(data([], { multiple: false }), [first], second)).toEqual([second]);
    expect(togglePick(data([], { multiple: false, min: 0 }), [first], first)).toEqual([]);
    expect(togglePick(data([]), [first], second)).toEqual([first, second]);
    expect(togglePick(data([]), [first, second], first)).toEqual([second]);
  });

  it("are sent in the order of the options, or alone, or as none", () => {
    const three = data(["a", "b", "c"]);
    const keys = optionKeys(three.options);
    expect(selectResponse(three, keys, picksOf(three, "a", "c").reverse())).toEqual({ selected: [0, 2] });
    const single = { ...three, multiple: false };
    expect(selectResponse(single, keys, picksOf(three, "b"))).toEqual({ selected: 1 });
    expect(selectResponse(single, keys, [])).toEqual({ selected: null });
  });
});

describe("how many", () => {
  it.each([
    [{ multiple: false }, "Pick one"],
    [{ multiple: false, min: 0 }, "Pick one, or none"],
    [{ min: 2, max: 3 }, "Pick 2 to 3"],
    [{ min: 2, max: 2 }, "Pick 2"],
    [{ min: 2 }, "Pick at least 2"],
    [{ min: 0, max: 2 }, "Pick up to 2"],
    [{ min: 0 }, "Pick any number"],
  ] satisfies [Partial<SelectData>, string][])("%o asks: %s", (more, text) => {
    expect(askOf(data(["a", "b", "c"], more))).toBe(text);
  });

  it("says what is missing or too much", () => {
    const two = data(["a", "b", "c"], { min: 2, max: 2 });
    expect(countProblem(two, 1)).toMatch(/1 picked so far/);
    expect(countProblem(two, 2)).toBeNull();
    expect(countProblem(two, 3)).toMatch(/Take some away/);
    expect(countProblem(data([]), 0)).toMatch(/nothing to choose from/);
    expect(countProblem(data(["a"], { multiple: false }), 0)).toMatch(/Pick one/);
  });
});

it("an answer names what was chosen", () => {
  expect([...chosenIndexes({ selected: [1, 2] })]).toEqual([1, 2]);
  expect([...chosenIndexes({ selected: 0 })]).toEqual([0]);
  expect(chosenIndexes({ selected: null }).size).toBe(0);
  expect(chosenIndexes(null).size).toBe(0);
});

it("details leave out what is shown already, and what is empty", () => {
  const value = { title: "Soup", text: "Warm", mood: "calm", keywords: ["leek"], empty: "", none: null };
  const details = detailsOf({ index: 0, label: "Soup", description: "Warm", value });
  expect(details).toEqual([
    ["mood", "calm"],
    ["keywords", ["leek"]],
  ]);
  expect(detailsOf(option("a", 0, "plain"))).toEqual([]);
});
