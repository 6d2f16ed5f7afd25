import { titleOf } from "@/runs/nest-runs";
import { RunMenu } from "@/runs/RunMenu";
import { type RunListProps, RunName } from "@/runs/RunTable";
import { WaitsFor } from "@/runs/WaitsFor";
import { cn } from "@/ui/cn";
import { Id } from "@/ui/copy";
import { Status } from "@/ui/status";
import { Ago, Elapsed } from "@/ui/time";

/** A small screen's list of runs. */
export const RunCards = ({ items, marked, questions, onCancel }: RunListProps) => (
  <ul aria-label="Runs" className="flex flex-col gap-2">
    {items.map(({ run, depth }, index) => (
      <li
        key={run.workflow_run_id}
        style={{ marginLeft: Math.min(depth, 3) * 12 }}
        className={cn(
          "rounded-lg border border-line bg-surface py-2.5 pr-2 pl-4",
          index === marked && "bg-machine-soft",
        )}
      >
        <div className="flex items-center gap-2">
          <div className="min-w-0 flex-1">
            <RunName run={run} depth={0} />
          </div>
          <RunMenu run={run} onCancel={() => onCancel(run)} />
        </div>
        {titleOf(run) && <p className="mb-1 truncate pr-2 text-ink-2 text-sm">{titleOf(run)}</p>}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 pr-2 text-ink-2 text-xs">
          <Status status={run.status} />
          <span>
            <Ago at={run.created_at} />, <Elapsed from={run.created_at} to={run.completed_at} />
          </span>
          <Id id={run.workflow_run_id} className="text-ink-3" />
        </div>
        <div className="mt-1 min-w-0 pr-2 text-sm empty:hidden">
          {run.wait && <WaitsFor run={run} questions={questions} />}
        </div>
      </li>
    ))}
  </ul>
);
