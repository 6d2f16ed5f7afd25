import { expect, it } from "vitest";
import { log } from "@/runs/testing";
import { buildTrace } from "@/runs/trace";
import { modulesOf, noteOf } from "@/runs/trace-modules";

it("a module's note counts attempts, sub-actions and children, where there is more than one thing to say", () => {
  const root = buildTrace(
    "wf",
    log(
      "run_created",
      "step_started s",
      "module_started s call",
      ["wait_started s call", { wait_key: "retry:call", reason: "retry", attempt: 1 }],
      ["wait_resolved s call", { wait_key: "retry:call" }],
      "module_started s ask",
      ["interaction_requested s ask", { interaction_id: "int_1" }],
      [
        "sub_action_started s ask",
        { interaction_id: "int_1", sub_action_id: "a", child_workflow_id: "wf_sub" },
      ],
      "module_started s each",
      ["sub_workflow_started s each", { sub_run_id: "wf_1", index: 0 }],
      ["sub_workflow_started s each", { sub_run_id: "wf_2", index: 1 }],
      "module_started s plain",
    ),
  );
  const notes = [...modulesOf(root)].map(([name, node]) => `${name}: ${noteOf(node) ?? ""}`);
  expect(notes).toEqual(["call: 2 attempts", "ask: 1 sub-action", "each: 2 runs", "plain: "]);
});
