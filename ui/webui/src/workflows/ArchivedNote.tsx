import { Archive, ArchiveRestore } from "lucide-react";
import { getWorkflow } from "@/core/api";
import type { WorkflowDetail } from "@/core/types";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { useSaveWorkflow } from "@/workflows/use-save-workflow";

/** Says that it starts no runs, and brings it back: saving its newest version again does. */
export function ArchivedNote({ workflow }: { workflow: WorkflowDetail }) {
  const save = useSaveWorkflow({
    onSaved: () => toast.ok(`${workflow.name} is in use again`),
    onError: (error) => toast.error("The workflow was not brought back", error),
  });
  const bringBack = async () => {
    try {
      const { definition } = await getWorkflow(workflow.workflow_id);
      save.mutate({ workflowId: workflow.workflow_id, definition });
    } catch (error) {
      toast.error("The workflow was not brought back", error);
    }
  };
  return (
    <div className="mb-5 flex flex-wrap items-center gap-3 rounded-md border border-line bg-sunken p-3 text-sm">
      <Archive aria-hidden className="size-5 shrink-0 text-ink-2" />
      <p className="min-w-0 flex-1">This workflow is archived: it starts no runs. Runs under way go on.</p>
      <Button
        size="sm"
        icon={<ArchiveRestore aria-hidden />}
        busy={save.isPending}
        onClick={() => void bringBack()}
      >
        Bring it back
      </Button>
    </div>
  );
}
