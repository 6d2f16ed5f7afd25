import { describe, expect, it } from "vitest";
import type { Run } from "@/core/types";
import { nestRuns, titleOf } from "@/runs/nest-runs";

describe("a list of runs", () => {
  const run = (id: string, parent: string | null = null) =>
    ({ workflow_run_id: id, parent_workflow_id: parent }) as Run;

  it("has children below their parent, however far down", () => {
    const nested = nestRuns([run("c", "b"), run("x"), run("b", "a"), run("a")]);
    expect(nested.map(({ run, depth }) => `${run.workflow_run_id}${depth}`)).toEqual([
      "x0",
      "a0",
      "b1",
      "c2",
    ]);
  });

  it("keeps a child whose parent is on another page", () => {
    expect(nestRuns([run("b", "a")]).map(({ depth }) => depth)).toEqual([0]);
  });

  it("says what a run is about by its first text", () => {
    expect(titleOf({ payload: { count: 3, topic: " a night\nmarket " } })).toBe("a night market");
    expect(titleOf({ payload: { count: 3, loud: true } })).toBe("count: 3, loud: true");
    expect([titleOf({ payload: null }), titleOf({ payload: {} })]).toEqual(["", ""]);
    expect(titleOf({ payload: "x".repeat(200) })).toHaveLength(80);
  });
});
