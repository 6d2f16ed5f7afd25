import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { queries } from "@/core/query";
import type { WorkflowDetail } from "@/core/types";
import { buttonStyle } from "@/ui/button";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { Tabs } from "@/ui/tabs";
import { ArchivedNote } from "@/workflows/ArchivedNote";
import { DefinitionTab } from "@/workflows/DefinitionTab";
import { OverviewTab } from "@/workflows/OverviewTab";
import { useWorkflowCommands } from "@/workflows/use-workflow-commands";
import { VersionLine } from "@/workflows/VersionLine";
import { VersionsTab } from "@/workflows/VersionsTab";
import { WorkflowCrumbs } from "@/workflows/WorkflowCrumbs";
import { WorkflowMenu } from "@/workflows/WorkflowMenu";

const route = getRouteApi("/workflows/$workflowId");

/** One workflow: what it does, what it needs, how it came to be. */
export default function WorkflowPage() {
  const { workflowId } = route.useParams();
  const { v } = route.useSearch();
  const query = useQuery(queries.workflow(workflowId, v));
  if (query.data) return <Loaded key={workflowId} workflow={query.data} query={query} />;
  return (
    <Page title={workflowId} crumbs={<WorkflowCrumbs />}>
      <QueryState query={query} failed="The workflow could not be read">
        {() => null}
      </QueryState>
    </Page>
  );
}

const TABS = [
  { value: "overview", label: "Overview" },
  { value: "versions", label: "Versions" },
  { value: "definition", label: "Definition" },
] as const;

interface LoadedProps {
  workflow: WorkflowDetail;
  query: Parameters<typeof QueryState<WorkflowDetail>>[0]["query"];
}

function Loaded({ workflow, query }: LoadedProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "overview";
  // The workflow's own description is that of its newest version.
  const description = String(workflow.definition.description ?? "");
  useWorkflowCommands(workflow);
  return (
    <Page
      title={workflow.name}
      crumbs={<WorkflowCrumbs />}
      subtitle={<VersionLine workflow={workflow} />}
      actions={
        <>
          <WorkflowMenu workflow={workflow} />
          {!workflow.archived && (
            <Link
              to="/workflows/$workflowId/start"
              params={{ workflowId: workflow.workflow_id }}
              search={search.v ? { v: search.v } : {}}
              className={buttonStyle({ kind: "primary" })}
            >
              <Play aria-hidden />
              Start
            </Link>
          )}
        </>
      }
    >
      <QueryState query={query} failed="The workflow could not be read">
        {() => (
          <>
            {workflow.archived && <ArchivedNote workflow={workflow} />}
            {description && <p className="mb-5 max-w-[75ch] whitespace-pre-line">{description}</p>}
            <Tabs
              label="Views of the workflow"
              value={tab}
              tabs={TABS}
              onChange={(next) =>
                void navigate({
                  search: ({ v }) => ({ v, tab: next === "overview" ? undefined : next }),
                  replace: true,
                })
              }
            >
              {tab === "overview" && <OverviewTab workflow={workflow} />}
              {tab === "versions" && <VersionsTab workflow={workflow} />}
              {tab === "definition" && <DefinitionTab workflow={workflow} />}
            </Tabs>
          </>
        )}
      </QueryState>
    </Page>
  );
}
