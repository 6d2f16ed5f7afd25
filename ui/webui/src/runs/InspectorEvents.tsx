import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { formatClock, plural } from "@/core/format";
import { queries } from "@/core/query";
import { timeZone } from "@/core/settings";
import { useStore } from "@/core/store";
import type { RunEvent } from "@/core/types";
import { eventWords } from "@/runs/event-words";
import { useRunModel } from "@/runs/run-model";
import { StateDelta } from "@/runs/StateDelta";
import type { TraceNode } from "@/runs/trace-types";
import { useEvents } from "@/runs/use-events";
import { ValueView } from "@/runs/ValueView";
import { CopyButton } from "@/ui/copy";
import { ErrorNote } from "@/ui/error";
import { SkeletonRows } from "@/ui/skeleton";

/** What the events of a row carry: input, output, what it changed, and the events as they are. */
export function InspectorEvents({ node }: { node: TraceNode }) {
  const { run, branchId, head, moment } = useRunModel();
  const own = node.runId === run.workflow_run_id;
  const child = useQuery({ ...queries.run(node.runId), enabled: !own });
  const branch = own ? branchId : child.data?.current_branch_id;
  const seqs = node.seqs.filter((seq) => !own || !moment || seq <= moment.seq).slice(-20);
  const found = useEvents({
    runId: node.runId,
    branchId: branch,
    seqs: branch ? seqs : [],
    last: own ? head : (child.data?.seq ?? 0),
  });
  if (found.error)
    return (
      <ErrorNote
        title="The events could not be read"
        error={found.error}
        onRetry={found.retry}
        className="mt-4"
      />
    );
  if (found.isPending || !branch) return <SkeletonRows rows={4} />;
  // Those of a child run are told apart by their time: it has numbers of its own.
  const events = found.events.filter((event) => !moment || own || Date.parse(event.timestamp) <= moment.at);
  return (
    <>
      <Values events={events} />
      {events
        .filter((event) => event.data._state_mapped)
        .map((event) => (
          <Part key={event.seq} title="State that it changed">
            <StateDelta runId={node.runId} branchId={branch} seq={event.seq} />
          </Part>
        ))}
      <RawEvents events={events} />
    </>
  );
}

/** Keys of `data` that are worth a section of their own, in this order. */
const SECTIONS = [
  ["payload", "Started with"],
  ["inputs", "Input"],
  ["request", "Asked for"],
  ["response", "Answer"],
  ["output", "Output"],
  ["child_state", "Result"],
  ["error", "Error"],
] as const;

function Values({ events }: { events: readonly RunEvent[] }) {
  return SECTIONS.flatMap(([key, title]) =>
    events
      .filter((event) => event.data[key] !== undefined && event.data[key] !== null)
      .slice(-1)
      .map((event) => (
        <Part key={key} title={title} copy={event.data[key]}>
          <ValueView value={event.data[key]} label={title} />
        </Part>
      )),
  );
}

interface PartProps {
  title: string;
  copy?: unknown;
  children: ReactNode;
}

export const Part = ({ title, copy, children }: PartProps) => (
  <section aria-label={title} className="mt-4">
    <h3 className="flex items-center gap-1 text-sm">
      {title}
      {copy !== undefined && (
        <CopyButton text={JSON.stringify(copy, null, 2)} label={`Copy ${title.toLowerCase()}`} />
      )}
    </h3>
    {children}
  </section>
);

function RawEvents({ events }: { events: readonly RunEvent[] }) {
  const [open, setOpen] = useState(false);
  const zone = useStore(timeZone);
  return (
    <details className="mt-5" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 font-semibold text-sm">{plural(events.length, "event")} as stored</summary>
      {open &&
        events.map((event) => (
          <Part
            key={event.seq}
            title={`${event.seq} ${eventWords(event.event_type)}, ${formatClock(event.timestamp, zone)}`}
            copy={event}
          >
            <ValueView value={event} label={`Event ${event.seq}`} />
          </Part>
        ))}
    </details>
  );
}
