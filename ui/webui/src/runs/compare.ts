/** Two traces beside each other, step by step and module by module. Pure. */
import type { TraceNode } from "@/runs/trace-types";

export interface Pair {
  key: string;
  kind: "step" | "module";
  label: string;
  left: TraceNode | undefined;
  right: TraceNode | undefined;
}

/** In the order of the left one; what only the right one has comes where it stands there. */
export function pairsOf(left: TraceNode, right: TraceNode): Pair[] {
  return pair(left.children, right.children, "step").flatMap((step) => [
    step,
    ...pair(step.left?.children ?? [], step.right?.children ?? [], "module"),
  ]);
}

function pair(left: readonly TraceNode[], right: readonly TraceNode[], kind: Pair["kind"]): Pair[] {
  const wanted = (node: TraceNode) => node.kind === kind;
  const byKey = new Map(right.filter(wanted).map((node) => [node.key, node]));
  const leftKeys = new Set(left.map((node) => node.key));
  const pairs: Pair[] = left
    .filter(wanted)
    .map((node) => ({ key: node.key, kind, label: node.label, left: node, right: byKey.get(node.key) }));
  let after = -1;
  for (const node of right.filter(wanted)) {
    if (leftKeys.has(node.key)) after = pairs.findIndex((item) => item.key === node.key);
    else pairs.splice(++after, 0, { key: node.key, kind, label: node.label, left: undefined, right: node });
  }
  return pairs;
}

export const tookOf = (node: TraceNode | undefined): number | null =>
  node && node.end !== null && node.status !== "skipped" ? node.end - node.start : null;
