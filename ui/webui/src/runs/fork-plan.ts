/** What going on from an earlier event means, said before it is done. Pure. */
import type { EventBrief } from "@/core/types";

export interface ForkPlan {
  /** Modules that have run after that event, or were at work then: they run again, in this order. */
  again: string[];
  /** Questions that are open at that event: they are asked again. */
  questions: string[];
  /** Child runs that started after it. */
  children: { runId: string; workflowId: string; ended: boolean }[];
}

export function planFork(events: readonly EventBrief[], seq: number): ForkPlan {
  const open = new Map<string, string>();
  const questions = new Map<string, { module: string; title: string }>();
  const again = new Set<string>();
  const children = new Map<string, ForkPlan["children"][number]>();
  for (const event of events) {
    if (event.seq <= seq) follow(event, open, questions);
    else if (event.event_type === "module_started" && event.module_name) again.add(event.module_name);
    noteChild(event, seq, children);
  }
  const asking = new Set([...questions.values()].map((item) => item.module));
  const atWork = [...open.keys()].filter((name) => open.get(name) === "work" && !asking.has(name));
  return {
    again: [...new Set([...atWork, ...again])],
    questions: [...questions.values()].map((item) => item.title),
    children: [...children.values()],
  };
}

function follow(
  event: EventBrief,
  open: Map<string, string>,
  questions: Map<string, { module: string; title: string }>,
): void {
  const name = event.module_name ?? "";
  if (event.event_type === "module_started" || event.event_type === "wait_resolved") open.set(name, "work");
  else if (event.event_type === "wait_started") open.set(name, "wait");
  else if (/^module_(completed|failed|skipped|cancelled)$/.test(event.event_type)) open.delete(name);
  else if (event.event_type === "interaction_requested")
    questions.set(event.interaction_id ?? "", { module: name, title: event.title ?? name });
  else if (/^interaction_(responded|cancelled)$/.test(event.event_type))
    questions.delete(event.interaction_id ?? "");
}

function noteChild(
  event: EventBrief,
  seq: number,
  children: Map<string, ForkPlan["children"][number]>,
): void {
  const runId = event.sub_run_id;
  if (!runId) return;
  if (event.event_type === "sub_workflow_started") {
    if (event.seq > seq) children.set(runId, { runId, workflowId: event.workflow_id ?? "", ended: false });
    return;
  }
  const known = children.get(runId);
  if (known) known.ended = true;
}
