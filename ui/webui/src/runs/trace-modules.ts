/** The modules of a trace, one by one. Pure. */
import { plural } from "@/core/format";
import type { TraceNode } from "@/runs/trace-types";

/** By name; of those that ran twice, the last. */
export function modulesOf(root: TraceNode): Map<string, TraceNode> {
  const found = new Map<string, TraceNode>();
  for (const step of root.children) {
    for (const node of [step, ...step.children])
      if (node.kind === "module") found.set(node.moduleName ?? "", node);
  }
  return found;
}

const countBelow = (node: TraceNode, kind: TraceNode["kind"]): number =>
  node.children.reduce((sum, child) => sum + (child.kind === kind ? 1 : 0) + countBelow(child, kind), 0);

/** What is worth a few words beside a module's status: how often it was tried, what it started. */
export function noteOf(node: TraceNode): string | undefined {
  const attempts = node.attempts ?? 1;
  const subActions = countBelow(node, "sub_action");
  const children = node.children.filter((child) => child.kind === "child").length;
  const parts = [
    attempts > 1 && plural(attempts, "attempt"),
    subActions > 0 && plural(subActions, "sub-action"),
    children > 1 && plural(children, "run"),
  ].filter(Boolean);
  return parts.join(", ") || undefined;
}
