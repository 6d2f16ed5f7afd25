/** What only these pages ask for. */
import { queryOptions } from "@tanstack/react-query";
import { listRuns, validateWorkflow } from "@/core/api";
import { keys } from "@/core/query";
import type { JsonObject } from "@/core/types";

/** The last runs of a workflow, those that other workflows called left out. */
export const recentRunsQuery = (workflowId: string) =>
  queryOptions({
    queryKey: [...keys.runs, "recent", workflowId],
    queryFn: ({ signal }) => listRuns({ workflow_id: workflowId, roots_only: true, limit: 30 }, { signal }),
  });

/** What is wrong with a definition. Depends on other workflows too, so it is not kept for ever. */
export const validationQuery = (text: string, definition: JsonObject | null) =>
  queryOptions({
    queryKey: ["validation", text],
    queryFn: ({ signal }) => validateWorkflow(definition ?? {}, { signal }),
    enabled: definition !== null,
    gcTime: 60_000,
  });
