import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Plus, Workflow as WorkflowIcon } from "lucide-react";
import { queries } from "@/core/query";
import type { Workflow } from "@/core/types";
import { buttonStyle } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { useListKeys } from "@/ui/list-keys";
import { More } from "@/ui/more";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { CatalogueFilters } from "@/workflows/CatalogueFilters";
import { useLastRuns } from "@/workflows/use-last-runs";
import { WorkflowCard } from "@/workflows/WorkflowCard";

const route = getRouteApi("/workflows");

/** What can be run. */
export default function CataloguePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const workflows = useInfiniteQuery({
    ...queries.workflows({
      ...(search.q ? { search: search.q } : {}),
      ...(search.show ? { status: search.show } : {}),
      ...(search.sort ? { sort: search.sort } : {}),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title="Workflows"
      actions={
        <Link to="/workflows/_new" className={buttonStyle()}>
          <Plus aria-hidden />
          New workflow
        </Link>
      }
    >
      <CatalogueFilters
        value={search}
        onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      />
      <QueryState query={workflows} failed="The workflows could not be read">
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <NoWorkflows query={search.q} archived={search.show === "archived"} />;
          return (
            <>
              <Cards items={items} />
              <More query={workflows} />
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}

function Cards({ items }: { items: readonly Workflow[] }) {
  const navigate = useNavigate();
  const lastRuns = useLastRuns();
  const marked = useListKeys({
    count: items.length,
    onOpen: (index) => {
      const workflowId = items[index]?.workflow_id;
      if (workflowId) void navigate({ to: "/workflows/$workflowId", params: { workflowId } });
    },
    onMove: (index) =>
      document.querySelectorAll("#workflow-cards > li")[index]?.scrollIntoView({ block: "nearest" }),
  });
  return (
    <ul id="workflow-cards" aria-label="Workflows" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {items.map((item, index) => (
        <WorkflowCard
          key={item.workflow_id}
          workflow={item}
          lastRun={lastRuns.get(item.workflow_id)}
          marked={index === marked}
        />
      ))}
    </ul>
  );
}

function NoWorkflows({ query, archived }: { query: string | undefined; archived: boolean }) {
  if (query)
    return (
      <Empty
        title="Nothing fits"
        actions={
          <Link to="/workflows" search={{}} className={buttonStyle()}>
            Show all workflows
          </Link>
        }
      >
        No workflow has “{query}” in its id, name or description.
      </Empty>
    );
  if (archived)
    return <Empty title="Nothing is archived">Archived workflows start no more runs, and wait here.</Empty>;
  return (
    <Empty
      icon={<WorkflowIcon aria-hidden />}
      title="No workflows yet"
      actions={
        <Link to="/workflows/_new" className={buttonStyle({ kind: "primary" })}>
          <Plus aria-hidden />
          Write the first one
        </Link>
      }
    >
      Or put a folder with a <code className="font-mono">workflow.json</code> where the server looks for
      workflows, and start it again.
    </Empty>
  );
}
