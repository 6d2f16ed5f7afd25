import { Link } from "@tanstack/react-router";
import { formatDuration } from "@/core/format";
import { titleOf } from "@/runs/nest-runs";
import { splitOf, stretchesOf } from "@/runs/trace-time";
import type { Compared } from "@/runs/use-compared";
import { Id } from "@/ui/copy";
import { Status } from "@/ui/status";
import { Ago } from "@/ui/time";

interface CompareHeadProps {
  left: Compared;
  right: Compared;
  /** Set where the right one is a branch of the left one's run. */
  branch: string | undefined;
}

/** Who is compared with whom. */
export const CompareHead = ({ left, right, branch }: CompareHeadProps) => (
  <div className="grid gap-3 md:grid-cols-2">
    <Side side={left} name={branch ? "Current branch" : "Left"} branch={undefined} />
    <Side side={right} name={branch ? "Earlier branch" : "Right"} branch={branch} />
  </div>
);

function Side({ side, name, branch }: { side: Compared; name: string; branch: string | undefined }) {
  const { run, trace, events } = side;
  if (!run || !trace) return null;
  const end = trace.end ?? Date.parse(events?.at(-1)?.timestamp ?? run.updated_at);
  const { work, person, wait } = splitOf(stretchesOf(trace, end));
  return (
    <section aria-label={name} className="min-w-0 rounded-lg border border-line bg-surface p-4 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-ink-3">{name}</span>
        <Link
          to="/runs/$runId"
          params={{ runId: run.workflow_run_id }}
          search={branch ? { branch } : {}}
          className="link font-medium"
        >
          {run.workflow_name}, version {run.version}
        </Link>
        <Id id={branch ?? run.workflow_run_id} className="text-ink-2" />
        {!branch && <Status status={run.status} />}
      </div>
      <p className="mt-1 truncate">{titleOf(run)}</p>
      <p className="mt-1 text-ink-2">
        Started <Ago at={run.created_at} />: {formatDuration(work)} of work, {formatDuration(person)} waiting
        for people, {formatDuration(wait)} waiting otherwise
      </p>
    </section>
  );
}
