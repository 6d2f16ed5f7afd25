import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { newIdempotencyKey, startRun } from "@/core/api";
import { ApiError, type FieldProblem } from "@/core/errors";
import { findQuestion } from "@/workflows/find-question";

/** Starts a run, then goes to its question where it opens one within a moment, else to the run. */
export function useStart(workflowId: string, version: number | undefined) {
  const navigate = useNavigate();
  const sent = useRef({ body: "", key: "" });
  const start = useMutation({
    mutationFn: async (payload: unknown) => {
      const idempotencyKey = keyFor(sent.current, JSON.stringify([workflowId, version, payload]));
      const run = await startRun(workflowId, { payload, version, idempotencyKey });
      return { runId: run.workflow_run_id, question: await findQuestion(run.workflow_run_id) };
    },
    onSuccess: ({ runId, question }) =>
      void (question
        ? navigate({
            to: "/runs/$runId/interactions/$interactionId",
            params: { runId: question.runId, interactionId: question.interactionId },
          })
        : navigate({ to: "/runs/$runId", params: { runId } })),
  });
  const problems = useMemo(() => problemsOf(start.error), [start.error]);
  return { ...start, problems };
}

/** The same inputs again, after an answer that got lost, are the same start; other inputs are another. */
function keyFor(sent: { body: string; key: string }, body: string): string {
  if (sent.body !== body) Object.assign(sent, { body, key: newIdempotencyKey() });
  return sent.key;
}

const problemsOf = (error: unknown): FieldProblem[] =>
  error instanceof ApiError
    ? error.fields.map((field) => ({ ...field, pointer: field.pointer.replace(/^\/payload(?=\/|$)/, "") }))
    : [];
