import { GitFork, History } from "lucide-react";
import { eventPlace, eventWords } from "@/runs/event-words";
import { Part } from "@/runs/InspectorEvents";
import { useRunModel, useRunView } from "@/runs/run-model";
import { StateDelta } from "@/runs/StateDelta";
import { useEvents } from "@/runs/use-events";
import { ValueView } from "@/runs/ValueView";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { SkeletonRows } from "@/ui/skeleton";
import { At } from "@/ui/time";

/** One event: what it carries, and what it changed. */
export function EventDetails({ seq }: { seq: number }) {
  const { run, branchId, head, events, moment } = useRunModel();
  const { set } = useRunView();
  const found = useEvents({ runId: run.workflow_run_id, branchId, seqs: [seq], last: head });
  const brief = events[seq - 1];
  const event = found.events[0];
  return (
    <section
      aria-label="Details"
      className="min-h-0 flex-1 overflow-y-auto rounded-lg border border-line bg-surface p-4"
    >
      <h2 className="text-lg">
        {seq.toLocaleString("en-GB")} {brief && eventWords(brief.event_type)}
      </h2>
      {brief && (
        <p className="mt-1 text-ink-2 text-sm">
          {eventPlace(brief) && `${eventPlace(brief)}, `}
          <At at={brief.timestamp} />, by {brief.actor}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {seq !== (moment?.seq ?? head) && (
          <Button
            size="sm"
            icon={<History aria-hidden />}
            onClick={() => set({ at: seq >= head ? undefined : seq })}
          >
            Go to this moment
          </Button>
        )}
        {brief?.event_type === "branch_forked" && brief.from_branch && (
          <Button
            size="sm"
            icon={<GitFork aria-hidden />}
            onClick={() =>
              set({
                branch: brief.branch_id === brief.to_branch ? (brief.from_branch ?? undefined) : undefined,
                at: undefined,
                sel: undefined,
              })
            }
          >
            {brief.branch_id === brief.to_branch ? "See the branch that was left" : "See the current branch"}
          </Button>
        )}
      </div>
      {brief?.writes && (
        <Part title="State that it changed">
          <StateDelta runId={run.workflow_run_id} branchId={branchId} seq={seq} />
        </Part>
      )}
      {found.error && (
        <ErrorNote
          title="The event could not be read"
          error={found.error}
          onRetry={found.retry}
          className="mt-4"
        />
      )}
      {event ? (
        <Part title="What it carries" copy={event}>
          <ValueView value={event.data} label={`Event ${seq}`} openLevels={2} maxRows={30} />
        </Part>
      ) : (
        found.isPending && <SkeletonRows rows={4} />
      )}
    </section>
  );
}
