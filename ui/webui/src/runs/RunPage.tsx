import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { queries } from "@/core/query";
import type { Run } from "@/core/types";
import { EventsTab } from "@/runs/EventsTab";
import { GraphTab } from "@/runs/GraphTab";
import { InputsTab } from "@/runs/InputsTab";
import { RunActions } from "@/runs/RunActions";
import { RunCrumbs } from "@/runs/RunCrumbs";
import { RunSummary } from "@/runs/RunSummary";
import { RunModelProvider, useReadRun, useRunModel, useRunView } from "@/runs/run-model";
import { StateTab } from "@/runs/StateTab";
import { TimeTravel } from "@/runs/TimeTravel";
import { TraceTab } from "@/runs/TraceTab";
import { WhyLine } from "@/runs/WhyLine";
import { Id } from "@/ui/copy";
import { ErrorNote } from "@/ui/error";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { SkeletonRows } from "@/ui/skeleton";
import { Status } from "@/ui/status";
import { Tabs } from "@/ui/tabs";

import "@/runs/runs.css";

const route = getRouteApi("/runs/$runId");

const TABS = [
  { value: "trace", label: "Trace" },
  { value: "events", label: "Events" },
  { value: "graph", label: "Graph" },
  { value: "state", label: "State" },
  { value: "inputs", label: "Inputs" },
] as const;

/** One run: what happened, when, and what came of it; now or at any earlier moment. */
export default function RunPage() {
  const { runId } = route.useParams();
  const query = useQuery(queries.run(runId));
  if (query.data)
    return <LoadedRun key={runId} run={query.data} error={query.error} onRetry={query.refetch} />;
  return (
    <Page title="Run">
      <QueryState query={query} failed="The run could not be read">
        {() => null}
      </QueryState>
    </Page>
  );
}

function LoadedRun({ run, error, onRetry }: { run: Run; error: Error | null; onRetry: () => void }) {
  const { model, timeline } = useReadRun(run);
  return (
    <Page
      title={`${run.workflow_name} run`}
      crumbs={<RunCrumbs run={run} />}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {run.sub_action_id ? "Sub-action" : run.workflow_name}
          <Id id={run.workflow_run_id} copy className="font-normal text-base text-ink-2" />
          <Status status={run.status} pill />
        </span>
      }
      subtitle={<RunSummary run={run} model={model} />}
      actions={<RunActions run={run} model={model} />}
    >
      {error && (
        <ErrorNote
          title="The run could not be read; this is how it was before"
          error={error}
          onRetry={onRetry}
          className="mb-4"
        />
      )}
      <WhyLine run={run} />
      {timeline.error && (
        <ErrorNote
          title="The events could not be read"
          error={timeline.error}
          onRetry={() => void timeline.refetch()}
          className="mb-4"
        />
      )}
      {model ? (
        <RunModelProvider value={model}>
          <TimeTravel />
          <RunTabs />
        </RunModelProvider>
      ) : (
        !timeline.error && <SkeletonRows rows={10} />
      )}
    </Page>
  );
}

function RunTabs() {
  const { search, set } = useRunView();
  const { run } = useRunModel();
  // The hidden run of a sub-action has no definition of its own to draw.
  const tabs = run.sub_action_id ? TABS.filter((item) => item.value !== "graph") : TABS;
  const tab = tabs.find((item) => item.value === search.tab)?.value ?? "trace";
  return (
    <Tabs
      label="Views of the run"
      value={tab}
      tabs={tabs}
      onChange={(next) => set({ tab: next, sel: undefined })}
    >
      {tab === "trace" && <TraceTab />}
      {tab === "events" && <EventsTab />}
      {tab === "graph" && <GraphTab />}
      {tab === "state" && <StateTab />}
      {tab === "inputs" && <InputsTab />}
    </Tabs>
  );
}
