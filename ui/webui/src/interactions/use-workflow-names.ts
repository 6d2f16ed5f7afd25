import { useQuery } from "@tanstack/react-query";
import { listWorkflows } from "@/core/api";
import { keys } from "@/core/query";

/** Gives the name of a workflow by its id; the id itself until that is known. */
export function useWorkflowNames(): (workflowId: string) => string {
  const { data } = useQuery({
    queryKey: [...keys.workflows, "names"],
    queryFn: ({ signal }) => listWorkflows({ limit: 200 }, { signal }),
    staleTime: 5 * 60_000,
    select: (page) => new Map(page.items.map((item) => [item.workflow_id, item.name])),
  });
  return (workflowId) => data?.get(workflowId) ?? workflowId;
}
