import { useNavigate } from "@tanstack/react-router";
import type { Run } from "@/core/types";
import { toast } from "@/ui/toast";

const SAYS: Partial<Record<Run["status"], string>> = {
  completed: "The run has completed.",
  cancelled: "The run was cancelled meanwhile.",
};

/** Says what came of an answer after which nothing is asked for now. */
export function useTellEnd(): (run: Run) => void {
  const navigate = useNavigate();
  return (run) => {
    const see = {
      label: "See the run",
      run: () => void navigate({ to: "/runs/$runId", params: { runId: run.workflow_run_id } }),
    };
    if (run.status === "error")
      toast.info("Answered, but then the run failed", { detail: run.error?.message ?? "", action: see });
    else toast.ok("Answered", { detail: SAYS[run.status] ?? "The run goes on.", action: see });
  };
}
