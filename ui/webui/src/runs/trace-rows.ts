/** The tree as rows in sight, as it was at a moment. Pure. */
import { isFailure, type TraceNode, type TraceStatus } from "@/runs/trace-types";

/** What a row looks like at the moment that is looked at. */
export type RowStatus = TraceStatus | "future";

export interface TraceRow {
  key: string;
  level: number;
  expanded: boolean | undefined;
  node: TraceNode;
  status: RowStatus;
}

/** A position in time: after event `seq` of the run, which happened `at`. */
export interface Moment {
  runId: string;
  seq: number;
  at: number;
}

/** Events of the run itself are told apart by their number; those of other runs by their time. */
export function statusAt(node: TraceNode, moment: Moment | null): RowStatus {
  if (!moment) return node.end === null && isFrame(node) ? frameStatus(node, null) : node.status;
  const own = node.runId === moment.runId;
  if (own ? node.fromSeq > moment.seq : node.start > moment.at) return "future";
  const ended = node.end !== null && (own ? (node.toSeq ?? 0) <= moment.seq : node.end <= moment.at);
  return ended ? node.status : openStatus(node, moment);
}

const isFrame = (node: TraceNode): boolean => node.kind === "run" || node.kind === "step";

/** A run or a step that is open does what its modules do: work, else ask, else wait. */
function frameStatus(node: TraceNode, moment: Moment | null): TraceStatus {
  const below = new Set(node.children.map((child) => statusAt(child, moment)));
  if (below.has("running")) return "running";
  if (below.has("open")) return "open";
  return below.has("waiting") ? "waiting" : "running";
}

function openStatus(node: TraceNode, moment: Moment): TraceStatus {
  if (isFrame(node)) return frameStatus(node, moment);
  if (node.kind === "question") return "open";
  if (node.kind === "wait") return "waiting";
  const part = node.parts.findLast((item) => item.start <= moment.at);
  if (part?.kind === "person") return "open";
  return part?.kind === "wait" ? "waiting" : "running";
}

export interface RowOptions {
  isOpen: (key: string, node: TraceNode) => boolean;
  /** The trees of child runs that were read, by run id. */
  childTrees: ReadonlyMap<string, TraceNode>;
  moment: Moment | null;
  /** How child runs stand now: their parents only know whether they have ended. */
  childStatus?: ReadonlyMap<string, TraceStatus>;
}

/** All rows whose parents are open. Keys of a child's rows begin with the key of the row that holds them. */
export function traceRows(root: TraceNode, options: RowOptions): TraceRow[] {
  const rows: TraceRow[] = [];
  const add = (node: TraceNode, prefix: string, level: number) => {
    const key = prefix + node.key;
    const below = childrenOf(node, options.childTrees);
    const open = below !== null && options.isOpen(key, node);
    rows.push({
      key,
      level,
      node,
      expanded: below === null ? undefined : open,
      status: statusOf(node, options),
    });
    const inner = node.childRunId ? `${key}/` : prefix;
    if (open) for (const child of below) add(child, inner, level + 1);
  };
  add(root, "", 1);
  return rows;
}

function statusOf(node: TraceNode, { moment, childStatus }: RowOptions): RowStatus {
  const known = moment || node.end !== null ? undefined : childStatus?.get(node.childRunId ?? "");
  return known ?? statusAt(node, moment);
}

/** null: nothing can be below it. A child run whose events were not read yet has an empty list. */
function childrenOf(node: TraceNode, trees: ReadonlyMap<string, TraceNode>): readonly TraceNode[] | null {
  if (node.childRunId) return withoutLoneStep(trees.get(node.childRunId));
  return node.children.length > 0 ? node.children : null;
}

/** The hidden run of a sub-action has one step, made for it: a row that says nothing. */
function withoutLoneStep(tree: TraceNode | undefined): readonly TraceNode[] {
  const only = tree?.children.length === 1 ? tree.children[0] : undefined;
  return only?.stepId?.startsWith("sub_action_") ? only.children : (tree?.children ?? []);
}

/** The keys of the child runs that a row is in, outermost first: they are the beginnings of its key. */
export function childKeysAbove(key: string): string[] {
  const keys: string[] = [];
  for (let from = 0; ; ) {
    const found = /^child:[^/]+(?=\/)/.exec(key.slice(from));
    if (!found) return keys;
    keys.push(key.slice(0, from + found[0].length));
    from += found[0].length + 1;
  }
}

/** The way from the root down to the node with this key (of this run), the node last; empty: there is none. */
export function pathTo(root: TraceNode, key: string): TraceNode[] {
  if (root.key === key) return [root];
  for (const child of root.children) {
    const path = pathTo(child, key);
    if (path.length > 0) return [root, ...path];
  }
  return [];
}

/** Whatever failed, in order of time: modules, sub-actions, children. Attempts stand for themselves only. */
export function failuresOf(root: TraceNode): TraceNode[] {
  const found: TraceNode[] = [];
  const look = (node: TraceNode) => {
    if (isFailure(node) && node.kind !== "attempt") found.push(node);
    for (const child of node.children) look(child);
  };
  look(root);
  return found.sort((a, b) => (a.toSeq ?? 0) - (b.toSeq ?? 0));
}

/** The failure that ended the run, if one did. */
export const causeOf = (root: TraceNode): TraceNode | undefined =>
  root.status === "failed" ? failuresOf(root).findLast((node) => !node.continued) : undefined;
