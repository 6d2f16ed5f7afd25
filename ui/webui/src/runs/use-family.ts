import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/core/query";
import type { Run, RunStatus, TreeNode } from "@/core/types";
import type { TraceStatus } from "@/runs/trace-types";

export const TRACE_STATUS: Record<RunStatus, TraceStatus> = {
  pending: "running",
  processing: "running",
  awaiting_input: "open",
  waiting: "waiting",
  completed: "completed",
  error: "failed",
  cancelled: "cancelled",
};

/** What is known of the runs below a run: how they stand, and what their workflows are called. */
export function useFamily(run: Run) {
  const tree = useQuery(queries.tree(run.workflow_run_id)).data;
  return useMemo(() => {
    const status = new Map<string, TraceStatus>();
    const names = new Map<string, string>();
    const look = (node: TreeNode) => {
      status.set(node.workflow_run_id, TRACE_STATUS[node.status]);
      names.set(node.workflow_id, node.name);
      node.children.forEach(look);
    };
    if (tree) look(tree);
    return { status, names };
  }, [tree]);
}
