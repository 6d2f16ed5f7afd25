import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ListTree, Play } from "lucide-react";
import { useState } from "react";
import { type ListRunsQuery, listRuns } from "@/core/api";
import { keys, queries } from "@/core/query";
import type { Run } from "@/core/types";
import { CancelDialog } from "@/runs/CancelDialog";
import { nestRuns } from "@/runs/nest-runs";
import { RunCards } from "@/runs/RunCards";
import { type RunFilter, RunFilters } from "@/runs/RunFilters";
import { RunTable } from "@/runs/RunTable";
import { useSmallScreen } from "@/runs/use-small-screen";
import { buttonStyle } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { useListKeys } from "@/ui/list-keys";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";

const route = getRouteApi("/runs");

const pageQuery = (query: ListRunsQuery) => ({
  queryKey: [...keys.runs, "page", query],
  queryFn: ({ signal }: { signal: AbortSignal }) => listRuns(query, { signal }),
});

/** All runs; filters and the place in the list are in the address. */
export default function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useQuery({
    ...pageQuery({
      limit: 50,
      roots_only: !search.hidden,
      include_hidden: search.hidden ?? false,
      ...(search.status ? { status: search.status } : {}),
      ...(search.workflow ? { workflow_id: search.workflow } : {}),
      ...(search.q ? { search: search.q } : {}),
      ...(search.sort ? { sort: search.sort } : {}),
      ...(search.cursor ? { cursor: search.cursor } : {}),
    }),
    placeholderData: keepPreviousData,
  });
  const change = (filter: RunFilter) =>
    void navigate({ search: (old) => ({ ...old, ...filter, cursor: undefined }), replace: true });
  const filtered = Boolean(search.status || search.workflow || search.q);
  return (
    <Page
      title="Runs"
      actions={
        <Link to="/workflows" className={buttonStyle({ kind: "primary" })}>
          <Play aria-hidden />
          Start a run
        </Link>
      }
    >
      <RunFilters value={search} onChange={change} />
      <QueryState query={runs} failed="The runs could not be read">
        {(page) =>
          page.items.length === 0 && !search.cursor ? (
            <NoRuns filtered={filtered} />
          ) : (
            <>
              <RunList items={page.items} />
              <Paging next={page.next_cursor ?? undefined} />
            </>
          )
        }
      </QueryState>
    </Page>
  );
}

const NoRuns = ({ filtered }: { filtered: boolean }) =>
  filtered ? (
    <Empty
      title="No run fits these filters"
      actions={
        <Link to="/runs" className={buttonStyle()}>
          Show all runs
        </Link>
      }
    >
      Runs that another run started are found with “Child runs too”.
    </Empty>
  ) : (
    <Empty
      icon={<ListTree aria-hidden />}
      title="No runs yet"
      actions={
        <Link to="/workflows" className={buttonStyle({ kind: "primary" })}>
          Choose a workflow
        </Link>
      }
    >
      A run is one execution of a workflow. It appears here when it starts.
    </Empty>
  );

/** Ways to the other parts of the list. Each is an address, so the browser's Back leads back. */
function Paging({ next }: { next: string | undefined }) {
  const { cursor } = route.useSearch();
  if (!cursor && !next) return null;
  return (
    <nav aria-label="Parts of the list" className="flex justify-center gap-2 pt-4">
      {cursor && (
        <Link
          from="/runs"
          to="/runs"
          search={(old) => ({ ...old, cursor: undefined })}
          className={buttonStyle()}
        >
          Back to the beginning
        </Link>
      )}
      {next && (
        <Link from="/runs" to="/runs" search={(old) => ({ ...old, cursor: next })} className={buttonStyle()}>
          Next 50
        </Link>
      )}
    </nav>
  );
}

function RunList({ items }: { items: readonly Run[] }) {
  const navigate = useNavigate();
  const isSmall = useSmallScreen();
  const [cancelling, setCancelling] = useState<Run | null>(null);
  const inbox = useQuery(queries.inbox());
  const nested = nestRuns(items);
  const marked = useListKeys({
    count: nested.length,
    onOpen: (index) => {
      const found = nested[index];
      if (found) void navigate({ to: "/runs/$runId", params: { runId: found.run.workflow_run_id } });
    },
    onMove: (index) =>
      document
        .getElementById("main")
        ?.querySelectorAll("tbody tr, ul[aria-label=Runs] > li")
        [index]?.scrollIntoView({ block: "nearest" }),
  });
  const List = isSmall ? RunCards : RunTable;
  return (
    <>
      <List items={nested} marked={marked} questions={inbox.data?.items ?? []} onCancel={setCancelling} />
      {cancelling && <CancelDialog run={cancelling} onClose={() => setCancelling(null)} />}
    </>
  );
}
