import { useState } from "react";
import { isApiError } from "@/core/errors";
import type { Interaction, Run } from "@/core/types";
import { AfterAnswer } from "@/interactions/answer/AfterAnswer";
import { AnswerTrouble } from "@/interactions/answer/AnswerTrouble";
import { useAnswer } from "@/interactions/answer/use-answer";
import { ClosedQuestion } from "@/interactions/ClosedQuestion";
import { History } from "@/interactions/history/History";
import { Fresh } from "@/interactions/kinds/Fresh";
import { kindOf } from "@/interactions/kinds/registry";
import { isOpen } from "@/interactions/sub-actions/activity";
import { SubActionBar } from "@/interactions/sub-actions/SubActionBar";
import { useDoor } from "@/interactions/sub-actions/use-door";
import { type SubActions, useSubActions } from "@/interactions/sub-actions/use-sub-actions";
import { cn } from "@/ui/cn";

interface QuestionProps {
  /** Give the component its id as key. */
  item: Interaction;
  /** Leaves out all but the question itself. */
  minimal?: boolean;
  onNext: (item: Interaction) => void;
  onNone: (run: Run) => void;
}

/** One question in whatever state it is: what it shows, what can be done in it, its answer. */
export function Question({ item, minimal = false, onNext, onNone }: QuestionProps) {
  const [answered, setAnswered] = useState<Interaction | null>(null);
  const answer = useAnswer(item, setAnswered);
  const actions = useSubActions(item);
  const door = useDoor(actions);
  if (answered) return <AfterAnswer answered={answered} onNext={onNext} onNone={onNone} />;
  if (item.status !== "open")
    return <ClosedQuestion item={item} tooLate={isApiError(answer.error, "interaction_not_open")} />;
  const { Ask } = kindOf(item);
  const renewing = actions.activities.some(isOpen);
  return (
    <>
      <SubActionBar item={item} actions={actions} door={door} />
      {answer.error && (
        <div className="mb-4">
          <AnswerTrouble answer={answer} />
        </div>
      )}
      <div
        aria-busy={renewing}
        className={cn(renewing && "-ml-3 border-machine/50 border-l-2 border-dashed pl-[0.625rem]")}
      >
        {renewing && (
          <p className="mb-2">
            <Fresh word="Being renewed" />
          </p>
        )}
        <Ask item={item} answer={answer} door={door} hint={hintOf(item, actions)} />
      </div>
      {!minimal && <History item={item} records={actions.records} />}
    </>
  );
}

/** What an answer would do to the work that is under way. */
function hintOf(item: Interaction, actions: SubActions): string | undefined {
  const running = actions.activities.filter(isOpen);
  const offers = running.map((one) => item.sub_actions.find((offer) => offer.id === one.actionId));
  const blocking = offers.find((offer) => offer?.on_answer === "block");
  if (blocking) return `“${blocking.label}” has to end first, or be stopped.`;
  const first = offers[0];
  return first ? `Answering now stops “${first.label}”.` : undefined;
}
