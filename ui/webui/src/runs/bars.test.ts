import { describe, expect, it } from "vitest";
import { backgroundOf, barsOf } from "@/runs/bars";
import { log, second } from "@/runs/testing";
import { buildTrace } from "@/runs/trace";
import { pathTo } from "@/runs/trace-rows";
import { scaleOf, stretchesOf } from "@/runs/trace-time";

const root = buildTrace(
  "wf",
  log(
    "run_created",
    "step_started one",
    "module_started one ask",
    ["interaction_requested one ask", { interaction_id: "int_1" }],
    ["interaction_responded one ask", { interaction_id: "int_1", at: 8 }],
    ["module_failed one ask", { at: 10, error_message: "no" }],
  ),
);
const stretches = stretchesOf(root, second(10));
const scale = scaleOf(stretches, { collapse: false });
const bars = (key: string, moment: { seq: number; at: number } | null = null) => {
  const node = pathTo(root, key).at(-1) ?? root;
  const found = barsOf(node, { scale, stretches, moment: moment && { runId: "wf", ...moment } });
  return found.map(
    (bar) => `${bar.kind} ${bar.from.toFixed(1)}-${bar.to.toFixed(1)}${bar.later ? " later" : ""}`,
  );
};

describe("the bar of a row", () => {
  it("shows work, people and failure where they were", () => {
    expect(bars("module:ask")).toEqual(["bad 0.2-0.3", "person 0.3-0.8", "bad 0.8-1.0"]);
    expect(bars("step:one")).toEqual(["frame 0.1-1.0"]);
  });

  it("is cut at the moment that is looked at", () => {
    expect(bars("module:ask", { seq: 4, at: second(5) })).toEqual([
      "bad 0.2-0.3",
      "person 0.3-0.5",
      "person 0.5-0.8 later",
      "bad 0.8-1.0 later",
    ]);
    expect(bars("module:ask", { seq: 2, at: second(1) }).every((bar) => bar.endsWith("later"))).toBe(true);
  });

  it("has the gaps of the axis behind it", () => {
    expect(backgroundOf(scale)).toBe("none");
    const short = scaleOf(stretches, { collapse: true });
    expect(backgroundOf(short)).toContain("var(--gap)");
  });
});
