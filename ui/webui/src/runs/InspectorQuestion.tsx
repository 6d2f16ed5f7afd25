import { useQuery } from "@tanstack/react-query";
import { queries } from "@/core/query";
import { Part } from "@/runs/InspectorEvents";
import { ValueView } from "@/runs/ValueView";

/** What a question shows: as it is now while it is open, else as it was when it was answered. */
export function InspectorQuestion({ runId, interactionId }: { runId: string; interactionId: string }) {
  const question = useQuery(queries.interaction(runId, interactionId)).data;
  if (!question) return null;
  return (
    <>
      {question.prompt && <p className="mt-3 text-ink-2 text-sm">{question.prompt}</p>}
      {question.answered_by && <p className="mt-2 text-sm">Answered by {question.answered_by}</p>}
      <Part title="What it shows" copy={question.data}>
        <ValueView value={question.data} label="What it shows" />
      </Part>
    </>
  );
}
