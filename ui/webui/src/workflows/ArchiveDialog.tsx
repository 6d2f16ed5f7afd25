import { useMutation, useQueryClient } from "@tanstack/react-query";
import { archiveWorkflow } from "@/core/api";
import { keys } from "@/core/query";
import type { WorkflowDetail } from "@/core/types";
import { ConfirmDialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

interface ArchiveDialogProps {
  workflow: WorkflowDetail;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ArchiveDialog({ workflow, open, onOpenChange }: ArchiveDialogProps) {
  const client = useQueryClient();
  const archive = useMutation({
    mutationFn: () => archiveWorkflow(workflow.workflow_id),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.workflow(workflow.workflow_id) }),
        client.invalidateQueries({ queryKey: keys.workflows }),
      ]);
      onOpenChange(false);
      toast.ok(`${workflow.name} is archived`);
    },
    onError: (error) => toast.error("The workflow was not archived", error),
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Archive ${workflow.name}?`}
      action="Archive"
      danger
      busy={archive.isPending}
      onConfirm={() => archive.mutate()}
    >
      <p>It starts no more runs and is left out of lists; other workflows can no longer call it.</p>
      <p className="mt-2">Runs under way go on. All versions stay, and it can be brought back.</p>
    </ConfirmDialog>
  );
}
