import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import type { Interaction, Run } from "@/core/types";
import { titleOf } from "@/runs/nest-runs";
import { RunMenu } from "@/runs/RunMenu";
import { WaitsFor } from "@/runs/WaitsFor";
import { cn } from "@/ui/cn";
import { Id } from "@/ui/copy";
import { Badge, Status } from "@/ui/status";
import { Ago, Elapsed } from "@/ui/time";

export interface RunListProps {
  items: readonly { run: Run; depth: number }[];
  /** Index of the row that the keys are at, or -1. */
  marked: number;
  questions: readonly Interaction[];
  onCancel: (run: Run) => void;
}

export const RunName = ({ run, depth }: { run: Run; depth: number }) => (
  <span className="flex min-w-0 items-center gap-2" style={{ paddingLeft: depth * 20 }}>
    {run.parent_workflow_id && <CornerDownRight aria-hidden className="size-4 shrink-0 text-nest" />}
    <Link
      to="/runs/$runId"
      params={{ runId: run.workflow_run_id }}
      className={cn(
        "flex min-h-6 min-w-0 items-center font-medium hover:underline",
        run.parent_workflow_id && "text-nest",
      )}
    >
      <span className="truncate">{run.sub_action_id ? "Sub-action" : run.workflow_name}</span>
    </Link>
    {run.parent_workflow_id && <Badge tone="nest">{run.visible_in_ui ? "child" : "hidden child"}</Badge>}
  </span>
);

/** A wide screen's list of runs. */
export const RunTable = ({ items, marked, questions, onCancel }: RunListProps) => (
  <div className="rounded-lg border border-line bg-surface">
    <table className="w-full table-fixed text-left text-sm">
      <thead className="border-line border-b text-ink-2">
        <tr>
          <th className="w-42 px-4 py-2 font-medium">Status</th>
          <th className="px-4 py-2 font-medium">Run</th>
          <th className="w-14 py-2 pr-4 text-right font-medium">
            <abbr title="Version of the workflow" className="no-underline">
              Ver.
            </abbr>
          </th>
          <th className="w-64 px-4 py-2 font-medium max-xl:w-48">Waits for</th>
          <th className="w-28 px-4 py-2 font-medium">Started</th>
          <th className="w-32 px-4 py-2 text-right font-medium">Time</th>
          <th className="w-14 px-2 py-2">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ run, depth }, index) => (
          <tr
            key={run.workflow_run_id}
            data-marked={index === marked || undefined}
            className={cn(
              "h-12 border-line not-last:border-b hover:bg-ink/3",
              index === marked && "bg-machine-soft hover:bg-machine-soft",
            )}
          >
            <td className="px-4">
              <Status status={run.status} className="align-middle" />
            </td>
            <td className="px-4 py-1">
              <RunName run={run} depth={depth} />
              <span
                className="flex min-w-0 gap-2 text-ink-3 text-xs"
                style={{ paddingLeft: depth * 20 + (run.parent_workflow_id ? 24 : 0) }}
              >
                <Id id={run.workflow_run_id} />
                <span className="truncate">{titleOf(run)}</span>
              </span>
            </td>
            <td className="pr-4 text-right text-ink-2">{run.version}</td>
            <td className="truncate px-4">
              <WaitsFor run={run} questions={questions} />
            </td>
            <td className="px-4 text-ink-2">
              <Ago at={run.created_at} />
            </td>
            <td className="whitespace-nowrap px-4 text-right text-ink-2">
              <Elapsed from={run.created_at} to={run.completed_at} />
            </td>
            <td className="px-2 text-right">
              <RunMenu run={run} onCancel={() => onCancel(run)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
