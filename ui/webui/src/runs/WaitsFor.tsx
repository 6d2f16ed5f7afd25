import { Link } from "@tanstack/react-router";
import { Hand } from "lucide-react";
import type { Interaction, Run } from "@/core/types";
import { At } from "@/ui/time";

/** What a run waits for, in a row of a list: a question of its own or of a child's is a link to it. */
export function WaitsFor({ run, questions }: { run: Run; questions: readonly Interaction[] }) {
  const question = questions.find((item) =>
    item.path.some((part) => part.workflow_run_id === run.workflow_run_id),
  );
  if (question && (run.status === "awaiting_input" || run.status === "waiting")) {
    return (
      <Link
        to="/runs/$runId/interactions/$interactionId"
        params={{ runId: question.workflow_run_id, interactionId: question.interaction_id }}
        className="inline-flex min-h-6 max-w-full items-center gap-1.5 text-human-ink hover:underline"
      >
        <Hand aria-hidden className="size-4 shrink-0" />
        <span className="truncate">{question.title}</span>
      </Link>
    );
  }
  return <span className="text-ink-2">{run.wait ? <Other run={run} /> : null}</span>;
}

function Other({ run }: { run: Run }) {
  const wait = run.wait;
  if (!wait) return null;
  if (wait.reason === "person") return <>{String(wait.details?.title ?? "A person")}</>;
  if (wait.reason === "subworkflow") return <>A child run</>;
  if (wait.reason === "event") return <>Event {wait.wait_key}</>;
  return (
    <>
      {wait.reason === "retry" ? "Next attempt" : "A time"}
      {wait.until && (
        <>
          {": "}
          <At at={wait.until} />
        </>
      )}
    </>
  );
}
