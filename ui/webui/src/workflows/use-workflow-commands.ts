import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCommands } from "@/core/commands";
import type { WorkflowDetail } from "@/core/types";

const route = getRouteApi("/workflows/$workflowId");

/** Keys of the page of one workflow. */
export function useWorkflowCommands(workflow: WorkflowDetail): void {
  const navigate = useNavigate();
  const { sel } = route.useSearch();
  const params = { workflowId: workflow.workflow_id };
  const tab = (name: "versions" | "definition" | undefined) =>
    void navigate({ to: "/workflows/$workflowId", params, search: ({ v }) => ({ v, tab: name }) });
  useCommands([
    {
      id: "workflow:start",
      title: `Start ${workflow.name}`,
      keys: "s",
      disabled: workflow.archived,
      run: () => void navigate({ to: "/workflows/$workflowId/start", params }),
    },
    {
      id: "workflow:edit",
      title: "Edit the definition",
      keys: "e",
      run: () => void navigate({ to: "/workflows/$workflowId/definition", params }),
    },
    { id: "workflow:overview", title: "Overview", keys: "1", run: () => tab(undefined) },
    { id: "workflow:versions", title: "Versions", keys: "2", run: () => tab("versions") },
    { id: "workflow:definition", title: "Definition", keys: "3", run: () => tab("definition") },
    {
      id: "workflow:runs",
      title: `Runs of ${workflow.name}`,
      keywords: "list",
      run: () => void navigate({ to: "/runs", search: { workflow: workflow.workflow_id } }),
    },
    {
      id: "workflow:up",
      title: "All workflows",
      keys: "Escape",
      keyOnly: true,
      // First out of the module that is looked at.
      run: () =>
        void (sel
          ? navigate({ to: "/workflows/$workflowId", params, search: ({ v }) => ({ v }), resetScroll: false })
          : navigate({ to: "/workflows" })),
    },
  ]);
}
