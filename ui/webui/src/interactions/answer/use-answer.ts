import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { newIdempotencyKey, respond } from "@/core/api";
import { ApiError, type FieldProblem, isApiError } from "@/core/errors";
import { keys } from "@/core/query";
import type { Interaction } from "@/core/types";
import { forgetDraft } from "@/interactions/answer/draft";
import { markAnswered } from "@/interactions/inbox/marks";

export interface Answer {
  send: (response: unknown) => void;
  pending: boolean;
  /** Wrong places; pointers begin at the response. */
  problems: readonly FieldProblem[];
  /** Why it was not taken, where no place says it. */
  error: Error | null;
  reset: () => void;
}

const CONFLICTS = ["interaction_changed", "interaction_not_open", "sub_action_running", "run_not_active"];

/** Sends the answer of one question: checked first, for the revision that is shown, and once however often it is sent. */
export function useAnswer(item: Interaction, onAnswered: (answered: Interaction) => void): Answer {
  const client = useQueryClient();
  const [local, setLocal] = useState<readonly FieldProblem[]>([]);
  const [checking, setChecking] = useState(false);
  const sent = useRef({ text: "", key: "" });
  const busy = useRef(false);
  const runId = item.workflow_run_id;

  const refetch = () => {
    void client.invalidateQueries({ queryKey: keys.run(runId) });
    void client.invalidateQueries({ queryKey: keys.inbox });
  };
  const mutation = useMutation({
    mutationFn: (response: unknown) => {
      const request = { response, revision: item.revision };
      const text = JSON.stringify(request);
      // The same answer once more, after a connection that broke, is the same answer: the same key.
      if (sent.current.text !== text) sent.current = { text, key: newIdempotencyKey() };
      return respond(runId, item.interaction_id, { ...request, idempotencyKey: sent.current.key });
    },
    onSuccess: (answered) => {
      forgetDraft(item.interaction_id);
      markAnswered(answered, answered.answered_at ?? new Date().toISOString());
      onAnswered(answered);
      refetch();
    },
    onError: (error) => {
      // What was refused must not come back as the answer to the next attempt.
      if (!isApiError(error) || !error.retryable) sent.current = { text: "", key: "" };
      if (CONFLICTS.some((code) => isApiError(error, code))) refetch();
    },
    onSettled: () => {
      busy.current = false;
    },
  });

  const send = async (response: unknown) => {
    if (busy.current) return;
    busy.current = true;
    setChecking(true);
    // The first check has to be loaded, which takes a while on a slow line.
    const found = await check(item.response_schema, response);
    setChecking(false);
    setLocal(found);
    if (found.length === 0) return mutation.mutate(response);
    busy.current = false;
    mutation.reset();
  };
  const server = mutation.error instanceof ApiError ? mutation.error.fields : [];
  return {
    send: (response) => void send(response),
    pending: checking || mutation.isPending,
    problems: local.length > 0 ? local : server,
    error: server.length > 0 ? null : mutation.error,
    reset: () => {
      if (busy.current) return;
      setLocal([]);
      mutation.reset();
    },
  };
}

/** What the schema says. The server says it again, and has the last word. */
async function check(schema: unknown, response: unknown): Promise<FieldProblem[]> {
  try {
    const { problemsOf } = await import("@/forms/schema-check");
    return problemsOf(schema, response);
  } catch {
    return []; // a schema that cannot be read here
  }
}
