import { getWorkflow } from "@/core/api";
import type { VersionInfo, WorkflowDetail } from "@/core/types";
import { ConfirmDialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { useSaveWorkflow } from "@/workflows/use-save-workflow";

interface RestoreDialogProps {
  workflow: WorkflowDetail;
  version: VersionInfo;
  onClose: () => void;
}

/** Saves an older version again, as the newest one. */
export function RestoreDialog({ workflow, version, onClose }: RestoreDialogProps) {
  const failed = (error: unknown) => toast.error("The version was not saved", error);
  const save = useSaveWorkflow({
    onSaved: (saved) => {
      toast.ok(`Saved as version ${saved.version}`, {
        detail: `It has the content of version ${version.version}.`,
      });
      onClose();
    },
    onError: failed,
  });
  const restore = async () => {
    try {
      const { definition } = await getWorkflow(workflow.workflow_id, version.version);
      save.mutate({
        workflowId: workflow.workflow_id,
        definition,
        basedOn: workflow.latest_version,
      });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Make version ${version.version} the newest?`}
      action={`Save as version ${workflow.latest_version + 1}`}
      busy={save.isPending}
      onConfirm={() => void restore()}
    >
      <p>Its content is saved once more, as version {workflow.latest_version + 1}; new runs start with it.</p>
      <p className="mt-2">Nothing is lost: all versions stay, and runs under way keep theirs.</p>
    </ConfirmDialog>
  );
}
