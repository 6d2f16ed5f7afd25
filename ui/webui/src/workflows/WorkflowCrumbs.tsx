import { Link } from "@tanstack/react-router";
import { Crumbs } from "@/ui/page";

interface WorkflowCrumbsProps {
  /** The workflow that the page belongs to, where it is not the page itself. */
  of?: { id: string; name: string };
}

export const WorkflowCrumbs = ({ of }: WorkflowCrumbsProps) => (
  <Crumbs
    items={[
      {
        key: "all",
        label: (
          <Link to="/workflows" className="hover:underline">
            Workflows
          </Link>
        ),
      },
      ...(of
        ? [
            {
              key: "one",
              label: (
                <Link to="/workflows/$workflowId" params={{ workflowId: of.id }} className="hover:underline">
                  {of.name}
                </Link>
              ),
            },
          ]
        : []),
    ]}
  />
);
