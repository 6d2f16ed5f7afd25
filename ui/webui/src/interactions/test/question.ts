/** Questions and runs for tests. */
import type { Interaction, Run, SubAction } from "@/core/types";

export const question = (more: Partial<Interaction> = {}): Interaction => ({
  interaction_id: "int_1",
  workflow_run_id: "wf_1",
  step_id: "scene_generation",
  module_name: "select_scene",
  module_id: "user.select",
  kind: "select",
  title: "Which scene?",
  prompt: null,
  status: "open",
  revision: 4,
  data: { options: [], multiple: false, min: 1, max: null },
  response_schema: {},
  response: null,
  sub_actions: [],
  path: [{ workflow_run_id: "wf_1", workflow_id: "cc", module_name: "select_scene" }],
  requested_at: "2026-03-02T08:00:00.000Z",
  answered_at: null,
  answered_by: null,
  ...more,
});

export const run = (more: Partial<Run> = {}): Run =>
  ({ workflow_run_id: "wf_1", root_run_id: "wf_1", status: "processing", ...more }) as Run;

export const subAction = (more: Partial<SubAction> = {}): SubAction => ({
  sub_action_id: "sa_1",
  workflow_run_id: "wf_1",
  branch_id: "br_1",
  action_id: "again",
  interaction_id: "int_1",
  status: "completed",
  params: {},
  started_at: "2026-03-02T08:01:00.000Z",
  completed_at: null,
  child_workflow_id: null,
  error: null,
  updated_state: null,
  ...more,
});
