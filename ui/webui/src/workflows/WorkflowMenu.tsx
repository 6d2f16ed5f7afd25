import { useNavigate } from "@tanstack/react-router";
import { Archive, Braces, Copy, Download, Ellipsis, Terminal } from "lucide-react";
import { useState } from "react";
import { curlOf } from "@/core/curl";
import type { WorkflowDetail } from "@/core/types";
import { exampleOf } from "@/forms/schema-example";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { downloadText } from "@/ui/download";
import { prettyJson } from "@/ui/json-text";
import { Menu } from "@/ui/menu";
import { ArchiveDialog } from "@/workflows/ArchiveDialog";
import { inputsOf } from "@/workflows/definition-parts";

/** What can be done with a workflow besides starting it. */
export function WorkflowMenu({ workflow }: { workflow: WorkflowDetail }) {
  const navigate = useNavigate();
  const [archiving, setArchiving] = useState(false);
  const edit = () =>
    void navigate({
      to: "/workflows/$workflowId/definition",
      params: { workflowId: workflow.workflow_id },
    });
  const startCall = curlOf({
    method: "POST",
    path: `/api/v1/workflows/${workflow.workflow_id}/run`,
    body: { payload: exampleOf(inputsOf(workflow.definition)) ?? {} },
  });
  return (
    <>
      <Menu
        trigger={<IconButton label="More actions" kind="secondary" icon={<Ellipsis aria-hidden />} />}
        groups={[
          [
            {
              label: "Copy a start as curl",
              icon: <Terminal aria-hidden />,
              onSelect: () => void copyText(startCall, "The command"),
            },
            {
              label: "Download the definition",
              icon: <Download aria-hidden />,
              onSelect: () => downloadText(`${workflow.workflow_id}.json`, prettyJson(workflow.definition)),
            },
            {
              label: "New workflow from this",
              icon: <Copy aria-hidden />,
              onSelect: () =>
                void navigate({ to: "/workflows/_new", search: { from: workflow.workflow_id } }),
            },
          ],
          workflow.archived
            ? []
            : [
                {
                  label: "Archive…",
                  icon: <Archive aria-hidden />,
                  danger: true,
                  onSelect: () => setArchiving(true),
                },
              ],
        ]}
      />
      <Button icon={<Braces aria-hidden />} onClick={edit}>
        Edit definition
      </Button>
      <ArchiveDialog workflow={workflow} open={archiving} onOpenChange={setArchiving} />
    </>
  );
}
