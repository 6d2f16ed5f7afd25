import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createWorkflow, saveWorkflow } from "@/core/api";
import { keys } from "@/core/query";
import type { JsonObject, WorkflowDetail } from "@/core/types";

export interface Save {
  /** null: a new workflow. */
  workflowId: string | null;
  definition: JsonObject;
  /** The version that was changed; undefined: whatever is the newest. */
  basedOn?: number | undefined;
}

interface Callbacks {
  onSaved: (saved: WorkflowDetail) => void;
  onError?: (error: Error) => void;
}

/** Saves a definition, and makes everything that shows workflows read them again. */
export function useSaveWorkflow({ onSaved, onError }: Callbacks) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflowId, definition, basedOn }: Save) =>
      workflowId === null ? createWorkflow(definition) : saveWorkflow(workflowId, definition, basedOn),
    onSuccess: async (saved) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.workflow(saved.workflow_id) }),
        client.invalidateQueries({ queryKey: keys.workflows }),
      ]);
      onSaved(saved);
    },
    ...(onError ? { onError } : {}),
  });
}
