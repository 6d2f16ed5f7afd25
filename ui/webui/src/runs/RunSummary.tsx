import { formatDuration } from "@/core/format";
import { isTerminal, type Run } from "@/core/types";
import { titleOf } from "@/runs/nest-runs";
import type { RunModel } from "@/runs/run-model";
import { splitOf } from "@/runs/trace-time";
import { Ago } from "@/ui/time";

/** One line under the title: what about, since when, and where the time went. */
export function RunSummary({ run, model }: { run: Run; model: RunModel | null }) {
  const title = titleOf(run);
  return (
    <>
      {title && <p className="truncate text-base text-ink">{title}</p>}
      <p>
        Version {run.version}, started <Ago at={run.created_at} /> by {run.owner}.{" "}
        {model?.complete && <Split run={run} model={model} />}
      </p>
    </>
  );
}

function Split({ run, model }: { run: Run; model: RunModel }) {
  const { work, person, wait } = splitOf(model.stretches);
  const parts = [
    `${formatDuration(work)} of work`,
    person >= 1000 && `${formatDuration(person)} waiting for people`,
    wait >= 1000 && `${formatDuration(wait)} waiting otherwise`,
  ].filter(Boolean);
  return (
    <>
      {parts.join(", ")}
      {isTerminal(run.status) ? "." : " so far."}
    </>
  );
}
