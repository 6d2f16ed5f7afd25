/** What can be done with a run, as menus, buttons and the palette offer it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { newIdempotencyKey, retryRun, startRun } from "@/core/api";
import { curlOf } from "@/core/curl";
import { addressOf } from "@/core/http";
import { keys } from "@/core/query";
import type { Run } from "@/core/types";
import { copyText } from "@/ui/copy";
import { toast } from "@/ui/toast";

export const copyLink = (run: Run) => void copyText(addressOf(`/runs/${run.workflow_run_id}`), "Link");

export const copyCurl = (run: Run) =>
  void copyText(curlOf({ path: `/api/v1/runs/${run.workflow_run_id}` }), "Command");

/** The call that starts another run like this one. */
export const copyStartCurl = (run: Run) =>
  void copyText(
    curlOf({
      method: "POST",
      path: `/api/v1/workflows/${run.workflow_id}/run`,
      body: { payload: run.payload, version: run.version },
    }),
    "Command",
  );

/** A child is started by its parent, with what the parent gives it. */
export const canStartAgain = (run: Run): boolean => run.sub_action_id === null;

export function useRerun() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const rerun = useMutation({
    mutationFn: ({ run, key }: { run: Run; key: string }) =>
      startRun(run.workflow_id, { payload: run.payload, version: run.version, idempotencyKey: key }),
    onSuccess: (started) => {
      toast.ok("A new run has started", { detail: "With the same inputs and the same version." });
      void client.invalidateQueries({ queryKey: keys.runs });
      void navigate({ to: "/runs/$runId", params: { runId: started.workflow_run_id } });
    },
    onError: (error) => toast.error("The run was not started", error),
  });
  return {
    isPending: rerun.isPending,
    same: (run: Run) => rerun.mutate({ run, key: newIdempotencyKey() }),
    edited: (run: Run) =>
      void navigate({
        to: "/workflows/$workflowId/start",
        params: { workflowId: run.workflow_id },
        search: { v: run.version, from: run.workflow_run_id },
      }),
  };
}

export function useRetry(run: Run, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => retryRun(run.workflow_run_id),
    onSuccess: (after) => {
      client.setQueryData([...keys.run(run.workflow_run_id), "document"], after);
      void client.invalidateQueries({ queryKey: keys.run(run.workflow_run_id) });
      toast.ok("The run goes on", { detail: "From the module that failed, on a new branch." });
      onDone();
    },
    onError: (error) => toast.error("The run was not retried", error),
  });
}
