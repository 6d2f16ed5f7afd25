import { Link } from "@tanstack/react-router";
import { humanize } from "@/core/format";
import type { Interaction } from "@/core/types";
import { useWorkflowNames } from "@/interactions/use-workflow-names";
import { Crumbs } from "@/ui/page";

/** Where the question comes from: the runs from the top down, then its step. */
export function Path({ item }: { item: Interaction }) {
  const nameOf = useWorkflowNames();
  return (
    <Crumbs
      items={[
        ...item.path.map((part) => ({
          key: part.workflow_run_id,
          label: (
            <Link
              to="/runs/$runId"
              params={{ runId: part.workflow_run_id }}
              className="underline decoration-transparent underline-offset-2 hover:decoration-current"
            >
              {nameOf(part.workflow_id)}
            </Link>
          ),
        })),
        { key: "step", label: humanize(item.step_id) },
      ]}
    />
  );
}
