/** What only these pages ask for. */
import { queryOptions } from "@tanstack/react-query";
import { getState, getSubAction, getTree, listSubWorkflowCalls } from "@/core/api";
import { keys } from "@/core/query";
import { isTerminal, type TreeNode } from "@/core/types";

/** The state after an event: it never changes, so it is read once. */
export const stateAtQuery = (runId: string, branchId: string, seq: number) =>
  queryOptions({
    queryKey: ["state-at", runId, branchId, seq],
    queryFn: ({ signal }) => getState(runId, seq, { signal, branchId }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const subActionQuery = (runId: string, subActionId: string) =>
  queryOptions({
    queryKey: [...keys.run(runId), "sub-action", subActionId],
    queryFn: ({ signal }) => getSubAction(runId, subActionId, { signal }),
  });

export interface OpenChild {
  node: TreeNode;
  depth: number;
  /** It was started to go on without its parent. */
  goesOn: boolean;
}

/** The open runs below a run, and what becomes of each when that one is cancelled. */
export const openChildrenQuery = (runId: string) =>
  queryOptions({
    queryKey: [...keys.run(runId), "open-children"],
    queryFn: async ({ signal }): Promise<OpenChild[]> => {
      const found: OpenChild[] = [];
      await collect(await getTree(runId, { signal }), { depth: 0, goesOn: false, found, signal });
      return found;
    },
    staleTime: 0,
  });

interface Walk {
  depth: number;
  goesOn: boolean;
  found: OpenChild[];
  signal: AbortSignal;
}

async function collect(parent: TreeNode, walk: Walk): Promise<void> {
  const open = parent.children.filter((child) => !isTerminal(child.status));
  if (open.length === 0) return;
  const abandoned = await abandonedBy(parent, open, walk.signal);
  for (const node of open) {
    const goesOn = walk.goesOn || abandoned.has(node.workflow_run_id);
    walk.found.push({ node, depth: walk.depth, goesOn });
    await collect(node, { ...walk, depth: walk.depth + 1, goesOn });
  }
}

async function abandonedBy(
  parent: TreeNode,
  open: readonly TreeNode[],
  signal: AbortSignal,
): Promise<Set<string>> {
  if (!open.some((child) => child.kind === "sub_workflow")) return new Set();
  const calls = await listSubWorkflowCalls(parent.workflow_run_id, { limit: 500 }, { signal });
  return new Set(
    calls.items.filter((call) => call.on_parent_cancel === "abandon").map((call) => call.sub_run_id),
  );
}
