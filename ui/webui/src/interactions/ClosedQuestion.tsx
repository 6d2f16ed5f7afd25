import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, CircleCheck } from "lucide-react";
import { useState } from "react";
import { listEvents } from "@/core/api";
import { keys, queries } from "@/core/query";
import type { Interaction, RunEvent } from "@/core/types";
import { readDraft } from "@/interactions/answer/draft";
import { Unsent } from "@/interactions/answer/Unsent";
import { kindOf } from "@/interactions/kinds/registry";
import { Note } from "@/interactions/Note";
import { QueryState } from "@/ui/query-state";
import { Ago } from "@/ui/time";

/** The actor of a server that asks for no names. */
const NOBODY = "local";

interface ClosedQuestionProps {
  item: Interaction;
  /** The person was about to answer it. */
  tooLate: boolean;
}

/** A question that is no longer open: who answered, and what, as it was when they did. */
export function ClosedQuestion({ item, tooLate }: ClosedQuestionProps) {
  const then = useThen(item);
  const isAnswered = item.status === "answered";
  const [isDrafted] = useState(() => readDraft(item.interaction_id) !== undefined);
  return (
    <div className="flex flex-col gap-5">
      <Note
        tone={isAnswered ? "ok" : "muted"}
        icon={isAnswered ? <CircleCheck aria-hidden /> : <Ban aria-hidden />}
        title={isAnswered ? <Answered item={item} /> : "This question was cancelled"}
        actions={
          <Link to="/runs/$runId" params={{ runId: item.workflow_run_id }} className="link">
            See the run
          </Link>
        }
        onDismiss={undefined}
      >
        {!isAnswered && "Its run went on without an answer, or was stopped."}
        {(tooLate || isDrafted) && (
          <Unsent
            interactionId={item.interaction_id}
            why={
              isAnswered
                ? "The first answer counts, so yours was not sent."
                : "What you had entered was not sent."
            }
          />
        )}
      </Note>
      <QueryState query={then} failed="What was answered could not be read">
        {(found) => {
          const shown = { ...item, data: found.data };
          const { Shown } = kindOf(shown);
          return <Shown item={shown} />;
        }}
      </QueryState>
    </div>
  );
}

const Answered = ({ item }: { item: Interaction }) => (
  <>
    {item.answered_by && item.answered_by !== NOBODY ? `${item.answered_by} answered ` : "Answered "}
    {item.answered_at && <Ago at={item.answered_at} />}
  </>
);

/** The question just before it was closed: its options may be others by now. */
function useThen(item: Interaction) {
  const { workflow_run_id: runId, interaction_id: id } = item;
  const closing = useQuery({
    queryKey: [...keys.run(runId), "closing", id],
    queryFn: ({ signal }) =>
      listEvents(
        runId,
        { event_type: ["interaction_responded", "interaction_cancelled"], limit: 500 },
        { signal },
      ),
    select: (page): number | null => seqOf(page.items, id),
  });
  const seq = closing.data;
  const past = useQuery({
    ...queries.interactionAt(runId, id, (seq ?? 1) - 1),
    enabled: typeof seq === "number",
  });
  if (closing.error) return { ...closing, data: undefined };
  return seq === null ? { ...closing, data: item } : past;
}

const seqOf = (events: readonly RunEvent[], id: string): number | null =>
  events.findLast((event) => event.data.interaction_id === id)?.seq ?? null;
