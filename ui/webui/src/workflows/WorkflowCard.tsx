import { Link } from "@tanstack/react-router";
import { Archive, Play } from "lucide-react";
import type { Run, Workflow } from "@/core/types";
import { buttonStyle } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Badge, Status } from "@/ui/status";
import { Ago } from "@/ui/time";

interface WorkflowCardProps {
  workflow: Workflow;
  lastRun: Run | undefined;
  /** Where j and k are. */
  marked: boolean;
}

/** A workflow in the catalogue. */
export const WorkflowCard = ({ workflow, lastRun, marked }: WorkflowCardProps) => (
  <li
    className={cn(
      "relative flex min-w-0 flex-col rounded-lg border border-line bg-surface p-4 hover:border-line-strong",
      marked && "outline-2 outline-focus outline-offset-2",
    )}
  >
    <div className="flex items-start gap-2">
      <h2 className="min-w-0 flex-1 text-lg">
        <Link
          to="/workflows/$workflowId"
          params={{ workflowId: workflow.workflow_id }}
          className="after:absolute after:inset-0 after:rounded-lg hover:underline"
        >
          {workflow.name}
        </Link>
      </h2>
      {workflow.archived && (
        <Badge className="mt-1">
          <Archive aria-hidden />
          Archived
        </Badge>
      )}
    </div>
    <p className="mt-0.5 truncate font-mono text-ink-2 text-xs">
      {workflow.workflow_id} · v{workflow.version}
    </p>
    <p className="mt-2 line-clamp-3 flex-1 text-ink-2 text-sm">{workflow.description}</p>
    <div className="mt-4 flex min-h-control flex-wrap items-center justify-between gap-x-3 gap-y-2">
      <LastMoment workflow={workflow} run={lastRun} />
      {!workflow.archived && (
        <Link
          to="/workflows/$workflowId/start"
          params={{ workflowId: workflow.workflow_id }}
          aria-label={`Start ${workflow.name}`}
          className={cn(buttonStyle(), "relative")}
        >
          <Play aria-hidden />
          Start
        </Link>
      )}
    </div>
  </li>
);

function LastMoment({ workflow, run }: { workflow: Workflow; run: Run | undefined }) {
  if (!run)
    return (
      <span className="text-ink-2 text-xs">
        Changed <Ago at={workflow.updated_at} />
      </span>
    );
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: run.workflow_run_id }}
      className="relative flex min-h-6 flex-wrap items-center gap-x-2 text-ink-2 text-xs hover:underline"
    >
      <span>
        Last run <Ago at={run.created_at} />
      </span>
      <Status status={run.status} className="text-xs" />
    </Link>
  );
}
