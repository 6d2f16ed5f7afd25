import { describe, expect, it } from "vitest";
import { pairsOf, tookOf } from "@/runs/compare";
import { log } from "@/runs/testing";
import { buildTrace } from "@/runs/trace";

const left = buildTrace(
  "a",
  log(
    "run_created",
    "step_started one",
    "module_started one make",
    "module_completed one make",
    "step_started two",
  ),
);
const right = buildTrace(
  "b",
  log(
    "run_created",
    "step_started one",
    "module_started one make",
    "module_started one more",
    "step_started three",
  ),
);

describe("two runs beside each other", () => {
  it("share the rows that both have, and keep those that one has", () => {
    const pairs = pairsOf(left, right);
    expect(pairs.map(({ key, left, right }) => `${key} ${left ? "L" : ""}${right ? "R" : ""}`)).toEqual([
      "step:one LR",
      "module:make LR",
      "module:more R",
      "step:three R",
      "step:two L",
    ]);
  });

  it("tell times of what has ended only", () => {
    const [, make] = pairsOf(left, right);
    expect([tookOf(make?.left), tookOf(make?.right)]).toEqual([1000, null]);
  });
});
