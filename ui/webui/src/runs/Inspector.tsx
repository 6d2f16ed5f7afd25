import { Link } from "@tanstack/react-router";
import { ExternalLink, Hand, History } from "lucide-react";
import type { ReactNode } from "react";
import { formatDuration } from "@/core/format";
import { InspectorEvents } from "@/runs/InspectorEvents";
import { InspectorQuestion } from "@/runs/InspectorQuestion";
import { useRunModel, useRunView } from "@/runs/run-model";
import type { RowStatus } from "@/runs/trace-rows";
import type { TraceKind, TraceNode } from "@/runs/trace-types";
import { Button, buttonStyle } from "@/ui/button";
import { Id } from "@/ui/copy";
import { Badge, Status } from "@/ui/status";
import { At } from "@/ui/time";

const KIND: Record<TraceKind, string> = {
  run: "Run",
  step: "Step",
  module: "Module",
  attempt: "Attempt",
  question: "Question",
  wait: "Wait",
  sub_action: "Sub-action",
  child: "Child run",
};

/** All about one row of the trace. */
export function Inspector({ node, status }: { node: TraceNode; status: RowStatus }) {
  const { now, moment } = useRunModel();
  const hasEnded = node.end !== null && status === node.status;
  const until = hasEnded ? (node.end ?? now) : (moment?.at ?? now);
  return (
    <section
      aria-label="Details"
      className="min-h-0 flex-1 overflow-y-auto rounded-lg border border-line bg-surface p-4"
    >
      <h2 className="break-words text-lg">{node.label}</h2>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2 text-sm">
        <span>
          {KIND[node.kind]}
          {node.moduleId && ` · ${node.moduleId}`}
        </span>
        {status === "future" ? <Badge>Not yet at this moment</Badge> : <Status status={status} />}
      </div>
      <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        <Fact name={status === "future" ? "Will begin" : "Began"}>
          <At at={new Date(node.start).toISOString()} />
        </Fact>
        {status !== "skipped" && status !== "future" && (
          <Fact name={hasEnded ? "Took" : "Has taken"}>{formatDuration(until - node.start)}</Fact>
        )}
        {node.childRunId && (
          <Fact name="Run">
            <Id id={node.childRunId} copy />
          </Fact>
        )}
      </dl>
      <Doors node={node} isFuture={status === "future"} />
      {node.error && hasEnded && (
        <div className="mt-4 rounded-md border border-bad/35 bg-bad-soft p-3 text-sm">
          <p className="break-words font-semibold">{node.error.message || "Failed"}</p>
          <p className="mt-0.5 text-ink-2">
            <code className="font-mono text-xs">{node.error.code}</code>
            {node.continued && ", and the run went on"}
          </p>
        </div>
      )}
      {node.kind === "question" && node.interactionId && (
        <InspectorQuestion runId={node.runId} interactionId={node.interactionId} />
      )}
      <InspectorEvents key={`${node.runId}/${node.key}`} node={node} />
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd>{children}</dd>
  </>
);

/** Where one can go from here. */
function Doors({ node, isFuture }: { node: TraceNode; isFuture: boolean }) {
  const { run, head, moment } = useRunModel();
  const { set } = useRunView();
  const own = node.runId === run.workflow_run_id;
  const seq = node.toSeq ?? node.fromSeq;
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {node.kind === "question" && node.interactionId && !isFuture && (
        <Link
          to="/runs/$runId/interactions/$interactionId"
          params={{ runId: node.runId, interactionId: node.interactionId }}
          className={buttonStyle({ size: "sm", kind: node.status === "open" ? "human" : "secondary" })}
        >
          <Hand aria-hidden />
          {node.status === "open" ? "Open the question" : "See the question"}
        </Link>
      )}
      {node.childRunId && !isFuture && (
        <Link to="/runs/$runId" params={{ runId: node.childRunId }} className={buttonStyle({ size: "sm" })}>
          <ExternalLink aria-hidden />
          Open this run
        </Link>
      )}
      {own && seq < head && seq !== moment?.seq && (
        <Button size="sm" icon={<History aria-hidden />} onClick={() => set({ at: seq })}>
          Go to this moment
        </Button>
      )}
    </div>
  );
}
