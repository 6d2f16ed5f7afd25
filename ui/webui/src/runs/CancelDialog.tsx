import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancelRun } from "@/core/api";
import { plural } from "@/core/format";
import { keys } from "@/core/query";
import type { Run } from "@/core/types";
import { type OpenChild, openChildrenQuery } from "@/runs/run-queries";
import { Id } from "@/ui/copy";
import { ConfirmDialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error";
import { SkeletonRows } from "@/ui/skeleton";
import { Status } from "@/ui/status";
import { toast } from "@/ui/toast";

/** Asks before a run is cancelled, and says what stops with it. */
export function CancelDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const client = useQueryClient();
  const children = useQuery(openChildrenQuery(run.workflow_run_id));
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.workflow_run_id),
    onSuccess: () => {
      toast.ok("Run cancelled");
      void client.invalidateQueries({ queryKey: keys.run(run.workflow_run_id) });
      void client.invalidateQueries({ queryKey: keys.runs });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Cancel this run of ${run.workflow_name}?`}
      action="Cancel run"
      cancelLabel="Keep it"
      danger
      busy={cancel.isPending}
      onConfirm={() => cancel.mutate()}
    >
      <p>
        It ends for good, with its open question and its sub-actions. A fork can go on from an earlier event.
      </p>
      {children.isPending && <SkeletonRows rows={2} label="Loading the children" />}
      {children.data && <Children items={children.data} />}
      {cancel.error && (
        <ErrorNote title="The run was not cancelled" error={cancel.error} className="mt-3 text-ink" />
      )}
    </ConfirmDialog>
  );
}

function Children({ items }: { items: readonly OpenChild[] }) {
  const stopping = items.filter((item) => !item.goesOn);
  const left = items.filter((item) => item.goesOn);
  return (
    <>
      {stopping.length > 0 && (
        <List title={`${plural(stopping.length, "child run")} will stop, too:`} items={stopping} />
      )}
      {left.length > 0 && (
        <List title={`${plural(left.length, "child run")} will go on without it:`} items={left} />
      )}
    </>
  );
}

const List = ({ title, items }: { title: string; items: readonly OpenChild[] }) => (
  <>
    <p className="mt-3 font-medium text-ink">{title}</p>
    <ul aria-label={title} className="mt-1 max-h-60 overflow-y-auto rounded-md border border-line">
      {items.map(({ node, depth }) => (
        <li
          key={node.workflow_run_id}
          style={{ paddingLeft: `${0.75 + depth}rem` }}
          className="flex items-center gap-2 border-line py-1.5 pr-3 not-last:border-b"
        >
          <span className="min-w-0 flex-1 truncate text-nest">
            {node.kind === "sub_action" ? "Hidden child run" : node.name}
          </span>
          <Id id={node.workflow_run_id} className="text-ink-2 text-xs" />
          <Status status={node.status} />
        </li>
      ))}
    </ul>
  </>
);
