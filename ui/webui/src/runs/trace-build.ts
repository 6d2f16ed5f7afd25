/** The tree while it grows, for `trace.ts`. */
import { humanize } from "@/core/format";
import type { EventBrief } from "@/core/types";
import type { PartKind, TraceKind, TraceNames, TraceNode, TraceStatus } from "@/runs/trace-types";

export interface Build {
  runId: string;
  root: TraceNode;
  names: TraceNames;
  nodes: Map<string, TraceNode>;
}

export interface NewNode {
  key: string;
  kind: TraceKind;
  label: string;
  status?: TraceStatus;
  part?: PartKind;
  more?: Partial<TraceNode>;
}

export function add(build: Build, parent: TraceNode, event: EventBrief, made: NewNode): TraceNode {
  const at = Date.parse(event.timestamp);
  // A name that comes twice (a step run again by hand, say) keeps both rows.
  let key = made.key;
  for (let count = 2; build.nodes.has(key); count++) key = `${made.key}#${count}`;
  const node: TraceNode = {
    key,
    kind: made.kind,
    label: made.label,
    status: made.status ?? "running",
    start: at,
    end: null,
    fromSeq: event.seq,
    toSeq: null,
    seqs: [event.seq],
    parts: [],
    children: [],
    runId: build.runId,
    ...(event.step_id ? { stepId: event.step_id } : {}),
    ...(event.module_name ? { moduleName: event.module_name } : {}),
    ...made.more,
  };
  if (made.part) node.parts.push({ kind: made.part, start: at, end: null });
  parent.children.push(node);
  build.nodes.set(key, node);
  // The newest one is what later events with the plain name are about.
  if (key !== made.key) build.nodes.set(made.key, node);
  return node;
}

export function tell(node: TraceNode, event: EventBrief): void {
  if (node.seqs.at(-1) !== event.seq) node.seqs.push(event.seq);
}

/** From here on something else goes on in the node; null: nothing. */
export function turn(node: TraceNode, kind: PartKind | null, at: number): void {
  const last = node.parts.at(-1);
  if (last && last.end === null) last.end = at;
  if (kind && node.end === null) node.parts.push({ kind, start: at, end: null });
}

export function close(node: TraceNode | undefined, status: TraceStatus, event: EventBrief, at: number): void {
  if (!node) return;
  tell(node, event);
  turn(node, null, at);
  node.status = status;
  node.end = at;
  node.toSeq = event.seq;
  if (event.error_code || event.error_message) {
    node.error = { code: event.error_code ?? "failed", message: event.error_message ?? "" };
  }
}

export function stepOf(build: Build, event: EventBrief): TraceNode {
  const id = event.step_id;
  if (!id) return build.root;
  const known = build.nodes.get(`step:${id}`);
  if (known) return known;
  const label = build.names.steps?.get(id) ?? (id.startsWith("sub_action_") ? "Sub-action" : humanize(id));
  return add(build, build.root, event, { key: `step:${id}`, kind: "step", label });
}

export const moduleOf = (build: Build, event: EventBrief): TraceNode | undefined =>
  build.nodes.get(`module:${event.module_name}`);

export const subActionOf = (build: Build, event: EventBrief): TraceNode | undefined =>
  build.nodes.get(`sub:${event.sub_action_id}`);

export const addChild = (
  build: Build,
  parent: TraceNode,
  event: EventBrief,
  id: string,
  label: string,
): TraceNode =>
  add(build, parent, event, {
    key: `child:${id}`,
    kind: "child",
    label,
    part: "nest",
    more: { childRunId: id },
  });

export function addAttempt(build: Build, node: TraceNode, event: EventBrief, number: number): TraceNode {
  node.attempts = number;
  return add(build, node, event, {
    key: `${node.key}/attempt:${number}`,
    kind: "attempt",
    label: `Attempt ${number}`,
    part: node.kind === "sub_action" ? "nest" : "work",
  });
}
