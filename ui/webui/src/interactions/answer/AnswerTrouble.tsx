import { RefreshCw } from "lucide-react";
import { isApiError } from "@/core/errors";
import type { Answer } from "@/interactions/answer/use-answer";
import { Note } from "@/interactions/Note";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";

/** Why an answer was not taken. Nothing that was entered is lost by any of it. */
export function AnswerTrouble({ answer }: { answer: Answer }) {
  const { error } = answer;
  if (!error || isApiError(error, "interaction_not_open")) return null; // the question itself says who was first
  if (isApiError(error, "interaction_changed"))
    return (
      <Note
        tone="machine"
        icon={<RefreshCw aria-hidden />}
        title="The question changed while you answered"
        actions={<Button onClick={answer.reset}>Look again</Button>}
      >
        Your answer was not sent, and nothing of it is lost. You see the question as it is now: look it over,
        then send.
      </Note>
    );
  if (isApiError(error, "sub_action_running"))
    return (
      <Note
        tone="machine"
        title="Not yet: work on this question is under way"
        actions={<Dismiss answer={answer} />}
      >
        It has to end before you can answer. Wait for it, or stop it above; your answer is kept.
      </Note>
    );
  return <ErrorNote title="The answer was not sent; it is kept here" error={error} />;
}

const Dismiss = ({ answer }: { answer: Answer }) => <Button onClick={answer.reset}>I see</Button>;
