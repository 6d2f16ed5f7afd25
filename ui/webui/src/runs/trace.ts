/** Events -> tree. Pure: the same events give the same tree, whatever was shown before. */
import { humanize } from "@/core/format";
import type { EventBrief, RunEventType } from "@/core/types";
import {
  add,
  addAttempt,
  addChild,
  type Build,
  close,
  moduleOf,
  type NewNode,
  stepOf,
  subActionOf,
  tell,
  turn,
} from "@/runs/trace-build";
import type { TraceNames, TraceNode, TraceStatus } from "@/runs/trace-types";

/** The tree of one branch's events, which begin with the first. Times are those of the events. */
export function buildTrace(runId: string, events: readonly EventBrief[], names: TraceNames = {}): TraceNode {
  const first = events[0];
  const root: TraceNode = {
    key: "run",
    kind: "run",
    label: names.run ?? first?.workflow_id ?? "run",
    status: "running",
    start: first ? Date.parse(first.timestamp) : 0,
    end: null,
    fromSeq: 1,
    toSeq: null,
    seqs: [],
    parts: [],
    children: [],
    runId,
  };
  const build: Build = { runId, root, names, nodes: new Map() };
  for (const event of events) HANDLERS[event.event_type]?.(build, event, Date.parse(event.timestamp));
  return root;
}

type Handler = (build: Build, event: EventBrief, at: number) => void;

const step =
  (status: TraceStatus): Handler =>
  (build, event, at) => {
    const node = stepOf(build, event);
    if (status === "running") node.status = status;
    else close(node, status, event, at);
  };

const moduleEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) => {
    const node = moduleOf(build, event);
    if (!node) return;
    if (event.continued) node.continued = true;
    close(build.nodes.get(`${node.key}/attempt:${node.attempts ?? 0}`), status, event, at);
    close(node, status, event, at);
  };

const runEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) =>
    close(build.root, status, event, at);

const moduleStarted: Handler = (build, event) => {
  const name = event.module_name ?? "module";
  add(build, stepOf(build, event), event, {
    key: `module:${name}`,
    kind: "module",
    label: name,
    part: "work",
    more: event.module_id ? { moduleId: event.module_id } : {},
  });
};

const moduleSkipped: Handler = (build, event, at) => {
  const name = event.module_name ?? "module";
  const made: NewNode = { key: `module:${name}`, kind: "module", label: name };
  close(add(build, stepOf(build, event), event, made), "skipped", event, at);
};

const questionAsked: Handler = (build, event, at) => {
  const module = moduleOf(build, event) ?? stepOf(build, event);
  turn(module, "person", at);
  module.status = "open";
  add(build, module, event, {
    key: `question:${event.interaction_id}`,
    kind: "question",
    label: event.title ?? "Question",
    status: "open",
    part: "person",
    more: event.interaction_id ? { interactionId: event.interaction_id } : {},
  });
};

const questionEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) => {
    close(build.nodes.get(`question:${event.interaction_id}`), status, event, at);
    const module = moduleOf(build, event);
    if (!module || module.end !== null) return;
    turn(module, "work", at);
    module.status = "running";
  };

const subActionStarted: Handler = (build, event) => {
  const question = build.nodes.get(`question:${event.interaction_id}`);
  const parent = question ?? moduleOf(build, event) ?? stepOf(build, event);
  const id = event.action_id ?? "sub-action";
  const node = add(build, parent, event, {
    key: `sub:${event.sub_action_id}`,
    kind: "sub_action",
    label: build.names.actions?.get(`${event.module_name}/${id}`) ?? humanize(id),
    part: "nest",
    more: {
      ...(event.sub_action_id ? { subActionId: event.sub_action_id } : {}),
      ...(event.interaction_id ? { interactionId: event.interaction_id } : {}),
    },
  });
  if (event.child_workflow_id) addChild(build, node, event, event.child_workflow_id, "Hidden child run");
};

const subActionEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) => {
    const node = subActionOf(build, event);
    for (const child of node?.children ?? []) if (child.kind === "child") close(child, status, event, at);
    close(node, status, event, at);
  };

const childStarted: Handler = (build, event) => {
  const item = typeof event.index === "number" ? ` ${event.index + 1}` : "";
  const id = event.workflow_id ?? "";
  const label = `${build.names.workflows?.get(id) ?? humanize(id || "child run")}${item}`;
  addChild(build, moduleOf(build, event) ?? stepOf(build, event), event, event.sub_run_id ?? "", label);
};

const childEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) =>
    close(build.nodes.get(`child:${event.sub_run_id}`), status, event, at);

const isRetry = (event: EventBrief): boolean => event.wait_key?.startsWith("retry:") ?? false;

const waitStarted: Handler = (build, event, at) => {
  if (isRetry(event)) {
    retryStarted(build, event, at);
    return;
  }
  const module = moduleOf(build, event);
  if (!module) return;
  tell(module, event);
  turn(module, "wait", at);
  module.status = "waiting";
  if (event.reason !== "time" && event.reason !== "event") return; // a child has a row of its own
  add(build, module, event, {
    key: `wait:${event.module_name}`,
    kind: "wait",
    label: event.reason === "time" ? "Waits for a time" : "Waits for an event",
    status: "waiting",
    part: "wait",
    more: event.wait_key && event.reason === "event" ? { detail: event.wait_key } : {},
  });
};

/** The attempt before has failed; the next one begins when the wait is over. */
function retryStarted(build: Build, event: EventBrief, at: number): void {
  const node = event.sub_action_id ? subActionOf(build, event) : moduleOf(build, event);
  if (!node) return;
  tell(node, event);
  turn(node, "wait", at);
  node.status = "waiting";
  const number = event.attempt ?? node.attempts ?? 1;
  const attempt = build.nodes.get(`${node.key}/attempt:${number}`) ?? addAttempt(build, node, event, number);
  attempt.start = number === 1 ? node.start : attempt.start;
  attempt.fromSeq = number === 1 ? node.fromSeq : attempt.fromSeq;
  for (const part of attempt.parts) part.start = Math.min(part.start, attempt.start);
  close(attempt, "failed", event, at);
}

const waitEnd =
  (status: TraceStatus): Handler =>
  (build, event, at) => {
    const id = event.wait_key?.slice("retry:".length);
    const node = (isRetry(event) && build.nodes.get(`sub:${id}`)) || moduleOf(build, event);
    if (!node || event.early) return;
    tell(node, event);
    if (!isRetry(event)) close(build.nodes.get(`wait:${event.module_name}`), status, event, at);
    if (node.end !== null) return; // its end was told of first
    turn(node, node.kind === "sub_action" ? "nest" : "work", at);
    node.status = "running";
    if (isRetry(event) && status === "completed") addAttempt(build, node, event, (node.attempts ?? 1) + 1);
  };

const toRoot: Handler = (build, event) => tell(build.root, event);

const HANDLERS: Partial<Record<RunEventType, Handler>> = {
  run_created: toRoot,
  run_completed: runEnd("completed"),
  run_failed: runEnd("failed"),
  run_cancelled: runEnd("cancelled"),
  branch_forked: toRoot,
  step_started: step("running"),
  step_completed: step("completed"),
  step_failed: step("failed"),
  step_skipped: step("skipped"),
  module_started: moduleStarted,
  module_completed: moduleEnd("completed"),
  module_failed: moduleEnd("failed"),
  module_skipped: moduleSkipped,
  module_cancelled: moduleEnd("cancelled"),
  interaction_requested: questionAsked,
  interaction_responded: questionEnd("answered"),
  interaction_cancelled: questionEnd("cancelled"),
  sub_action_started: subActionStarted,
  sub_action_completed: subActionEnd("completed"),
  sub_action_failed: subActionEnd("failed"),
  sub_action_cancelled: subActionEnd("cancelled"),
  sub_workflow_started: childStarted,
  sub_workflow_completed: childEnd("completed"),
  sub_workflow_failed: childEnd("failed"),
  sub_workflow_cancelled: childEnd("cancelled"),
  wait_started: waitStarted,
  wait_resolved: waitEnd("completed"),
  wait_cancelled: waitEnd("cancelled"),
};
