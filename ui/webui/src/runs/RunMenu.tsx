import { useNavigate } from "@tanstack/react-router";
import { Ban, Ellipsis, ExternalLink, Link2, Pencil, RotateCcw, Terminal } from "lucide-react";
import { isTerminal, type Run } from "@/core/types";
import { canStartAgain, copyCurl, copyLink, useRerun } from "@/runs/run-actions";
import { IconButton } from "@/ui/button";
import { Menu, type MenuAction } from "@/ui/menu";

/** What can be done with one run of the list. */
export function RunMenu({ run, onCancel }: { run: Run; onCancel: () => void }) {
  const navigate = useNavigate();
  const rerun = useRerun();
  const open: MenuAction[] = [
    {
      label: "Open",
      icon: <ExternalLink aria-hidden />,
      onSelect: () => void navigate({ to: "/runs/$runId", params: { runId: run.workflow_run_id } }),
    },
    { label: "Copy link", icon: <Link2 aria-hidden />, onSelect: () => copyLink(run) },
    { label: "Copy as curl", icon: <Terminal aria-hidden />, onSelect: () => copyCurl(run) },
  ];
  const again: MenuAction[] = canStartAgain(run)
    ? [
        {
          label: "Re-run with the same inputs",
          icon: <RotateCcw aria-hidden />,
          onSelect: () => rerun.same(run),
        },
        { label: "Re-run with edits…", icon: <Pencil aria-hidden />, onSelect: () => rerun.edited(run) },
      ]
    : [];
  const end: MenuAction[] = isTerminal(run.status)
    ? []
    : [{ label: "Cancel…", icon: <Ban aria-hidden />, danger: true, onSelect: onCancel }];
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for the run of ${run.workflow_name}`} icon={<Ellipsis aria-hidden />} />
      }
      groups={[open, again, end]}
    />
  );
}
