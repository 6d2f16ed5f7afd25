import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CornerUpLeft } from "lucide-react";
import { humanize } from "@/core/format";
import { queries } from "@/core/query";
import type { Run, TreeNode } from "@/core/types";
import { subActionQuery } from "@/runs/run-queries";
import { type Crumb, Crumbs } from "@/ui/page";

/** Where the run is: under which run, module and sub-action it was started. */
export function RunCrumbs({ run }: { run: Run }) {
  const isChild = run.parent_workflow_id !== null;
  const tree = useQuery({ ...queries.tree(run.root_run_id), enabled: isChild });
  const above = tree.data ? pathTo(tree.data, run.workflow_run_id).slice(0, -1) : [];
  const items: Crumb[] = [
    {
      key: "runs",
      label: (
        <Link to="/runs" className="hover:underline">
          Runs
        </Link>
      ),
    },
    ...above.map((node) => ({
      key: node.workflow_run_id,
      label: (
        <Link
          to="/runs/$runId"
          params={{ runId: node.workflow_run_id }}
          className="inline-flex min-h-6 items-center hover:underline"
        >
          {node.name}
        </Link>
      ),
    })),
  ];
  if (run.sub_action_id && run.parent_workflow_id) {
    return <HiddenChild run={run} parentId={run.parent_workflow_id} id={run.sub_action_id} items={items} />;
  }
  if (run.parent_node_id) items.push({ key: "module", label: run.parent_node_id });
  return <Crumbs items={items} />;
}

interface HiddenChildProps {
  run: Run;
  parentId: string;
  id: string;
  items: readonly Crumb[];
}

/** A run that works for a question: the way back to it is what people come for. */
function HiddenChild({ run, parentId, id, items }: HiddenChildProps) {
  const action = useQuery(subActionQuery(parentId, id)).data;
  const interactionId = action?.interaction_id ?? "";
  const question = useQuery({
    ...queries.interaction(parentId, interactionId),
    enabled: action !== undefined,
  }).data;
  const label = question?.sub_actions.find((offer) => offer.id === action?.action_id)?.label;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="rounded-full bg-nest-soft px-2.5 text-nest text-xs leading-6">Hidden child of</span>
      <Crumbs
        items={[
          ...items.slice(1),
          { key: "module", label: run.parent_node_id ?? "" },
          { key: "action", label: label ?? humanize(action?.action_id ?? "Sub-action") },
        ]}
      />
      {action && (
        <Link
          to="/runs/$runId/interactions/$interactionId"
          params={{ runId: parentId, interactionId }}
          className="link inline-flex min-h-6 items-center gap-1"
        >
          <CornerUpLeft aria-hidden className="size-4" />
          Back to the question
        </Link>
      )}
    </div>
  );
}

/** From the root down to the run, both among them. */
function pathTo(node: TreeNode, runId: string): TreeNode[] {
  if (node.workflow_run_id === runId) return [node];
  for (const child of node.children) {
    const path = pathTo(child, runId);
    if (path.length > 0) return [node, ...path];
  }
  return [];
}
