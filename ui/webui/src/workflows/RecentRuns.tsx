import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CornerUpLeft } from "lucide-react";
import type { Run, WorkflowDetail } from "@/core/types";
import { buttonStyle } from "@/ui/button";
import { Id } from "@/ui/copy";
import { QueryState } from "@/ui/query-state";
import { SkeletonRows } from "@/ui/skeleton";
import { Status } from "@/ui/status";
import { Ago } from "@/ui/time";
import { recentRunsQuery } from "@/workflows/workflow-queries";

const SHOWN = 6;

/** The last runs, each with a way to start another one like it. */
export function RecentRuns({ workflow }: { workflow: WorkflowDetail }) {
  const runs = useQuery(recentRunsQuery(workflow.workflow_id));
  return (
    <QueryState query={runs} failed="The runs could not be read" loading={<SkeletonRows rows={4} />}>
      {(page) =>
        page.items.length === 0 ? (
          <p className="text-ink-2 text-sm">It has not run yet.</p>
        ) : (
          <ul className="flex flex-col divide-y divide-line border-line border-y">
            {page.items.slice(0, SHOWN).map((run) => (
              <RunRow key={run.workflow_run_id} run={run} canStart={!workflow.archived} />
            ))}
          </ul>
        )
      }
    </QueryState>
  );
}

const RunRow = ({ run, canStart }: { run: Run; canStart: boolean }) => (
  <li className="flex items-center gap-2 py-2">
    <Link
      to="/runs/$runId"
      params={{ runId: run.workflow_run_id }}
      className="min-w-0 flex-1 rounded hover:underline"
    >
      <Status status={run.status} />
      <span className="flex flex-wrap gap-x-2 text-ink-2 text-xs">
        <Id id={run.workflow_run_id} />
        <span>v{run.version}</span>
        <Ago at={run.created_at} />
      </span>
    </Link>
    {canStart && (
      <Link
        to="/workflows/$workflowId/start"
        params={{ workflowId: run.workflow_id }}
        search={{ from: run.workflow_run_id }}
        aria-label={`Start again with the inputs of ${run.workflow_run_id}`}
        title="Start again with these inputs"
        className={buttonStyle({ kind: "quiet", size: "sm", square: true })}
      >
        <CornerUpLeft aria-hidden />
      </Link>
    )}
  </li>
);
