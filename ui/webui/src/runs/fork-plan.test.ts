import { describe, expect, it } from "vitest";
import { planFork } from "@/runs/fork-plan";
import { log } from "@/runs/testing";

describe("the plan of a fork", () => {
  const events = log(
    "run_created",
    "module_started s make",
    "module_completed s make",
    "module_started s pick",
    ["interaction_requested s pick", { interaction_id: "int_1", title: "Which?" }],
    ["interaction_responded s pick", { interaction_id: "int_1" }],
    "module_completed s pick",
    "module_started s call",
    ["sub_workflow_started s call", { sub_run_id: "wf_c", workflow_id: "part" }],
    ["sub_workflow_completed s call", { sub_run_id: "wf_c" }],
    "module_completed s call",
  );

  it("asks a question again that was open then, and runs what came after it", () => {
    expect(planFork(events, 5)).toEqual({
      again: ["call"],
      questions: ["Which?"],
      children: [{ runId: "wf_c", workflowId: "part", ended: true }],
    });
  });

  it("runs again what was at work then", () => {
    expect(planFork(events, 2)).toMatchObject({ again: ["make", "pick", "call"], questions: [] });
  });

  it("leaves alone what began before", () => {
    expect(planFork(events, 9)).toMatchObject({ again: ["call"], children: [] });
  });
});
