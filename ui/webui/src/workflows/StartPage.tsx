import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { queries } from "@/core/query";
import { buttonStyle } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { SkeletonRows } from "@/ui/skeleton";
import { Start } from "@/workflows/Start";
import { StartNotes } from "@/workflows/StartNotes";
import { WorkflowCrumbs } from "@/workflows/WorkflowCrumbs";

const route = getRouteApi("/workflows/$workflowId/start");

/** Starts a run: by a form from the workflow's own schema, or by JSON. */
export default function StartPage() {
  const { workflowId } = route.useParams();
  const { v, from } = route.useSearch();
  const workflow = useQuery(queries.workflow(workflowId, v));
  const earlier = useQuery({ ...queries.run(from ?? ""), enabled: Boolean(from) });
  const name = workflow.data?.name ?? workflowId;
  return (
    <Page
      title={`Start ${name}`}
      width="read"
      crumbs={<WorkflowCrumbs of={{ id: workflowId, name }} />}
      subtitle={workflow.data?.description}
    >
      <QueryState query={workflow} failed="The workflow could not be read">
        {(found) =>
          found.archived ? (
            <Archived workflowId={workflowId} />
          ) : (
            <>
              <StartNotes workflow={found} earlier={earlier} />
              {from && earlier.isPending ? (
                <SkeletonRows rows={4} />
              ) : (
                <Start key={`${found.version} ${from}`} workflow={found} payload={earlier.data?.payload} />
              )}
            </>
          )
        }
      </QueryState>
    </Page>
  );
}

const Archived = ({ workflowId }: { workflowId: string }) => (
  <Empty
    title="This workflow is archived"
    actions={
      <Link to="/workflows/$workflowId" params={{ workflowId }} className={buttonStyle()}>
        Open it
      </Link>
    }
  >
    It starts no more runs until it is brought back.
  </Empty>
);
