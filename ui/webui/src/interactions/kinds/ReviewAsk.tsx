import { type FormEvent, useState } from "react";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { RenewedNote } from "@/interactions/answer/RenewedNote";
import { useAnswerCommand } from "@/interactions/answer/use-answer-command";
import { Fresh } from "@/interactions/kinds/Fresh";
import { isJson, type ReviewData, readText, textOf } from "@/interactions/kinds/review";
import { TextEditor } from "@/interactions/kinds/TextEditor";
import type { AskProps } from "@/interactions/kinds/types";
import { useFresh } from "@/interactions/kinds/use-fresh";
import { Button } from "@/ui/button";
import { CodeEditor } from "@/ui/code-editor";

interface ReviewDraft {
  /** As edited; null: not touched, so it follows what is proposed. */
  text: string | null;
  /** What was proposed when the editing began. */
  over: string;
}

export function ReviewAsk({ item, answer, hint }: AskProps) {
  const data = item.data as ReviewData;
  const proposed = textOf(data);
  const draft = useDraft<ReviewDraft>(item.interaction_id, { text: null, over: proposed });
  const { text, over } = draft.value;
  const shown = text ?? proposed;
  const isOwn = text !== null && text !== proposed;
  const fresh = useFresh([proposed]);
  const [problem, setProblem] = useState<string | null>(null);

  const edit = (next: string) => {
    setProblem(null);
    if (next !== shown) draft.set({ text: next, over: text === null ? proposed : over });
  };
  const send = () => {
    const read = readText(data, shown);
    setProblem("problem" in read ? read.problem : null);
    if ("content" in read) answer.send({ content: read.content });
  };
  useAnswerCommand(send);
  const isRenewed = isOwn && over !== proposed;
  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      {isRenewed && (
        <RenewedNote
          what="The proposed text is"
          onTake={() => draft.set({ text: null, over: proposed })}
          onKeep={() => draft.set({ text, over: proposed })}
        >
          <details className="mt-1">
            <summary className="link w-fit">Look at the new one</summary>
            <p className="mt-2 max-h-72 overflow-y-auto whitespace-pre-wrap rounded-sm bg-surface p-3 text-ink">
              {proposed}
            </p>
          </details>
        </RenewedNote>
      )}
      {fresh.size > 0 && !isOwn && (
        <p className="mb-2">
          <Fresh word="Renewed" />
        </p>
      )}
      <div className={fresh.size > 0 && !isOwn ? "fresh rounded-md" : undefined}>
        {isJson(data) ? (
          <CodeEditor label="Content (JSON)" value={shown} onChange={edit} invalid={problem !== null} />
        ) : (
          <TextEditor value={shown} onChange={edit} />
        )}
      </div>
      <Problems problems={answer.problems.map((found) => ({ ...found, pointer: placeOf(found.pointer) }))} />
      <AnswerBar
        problem={problem}
        hint={hint ?? (isOwn ? "Sends it with your changes." : "Sends it as it is.")}
      >
        <Button type="submit" kind="human" size="lg" busy={answer.pending}>
          Send on
        </Button>
        {isOwn && !draft.restored && (
          <Button kind="quiet" onClick={() => draft.set({ text: null, over: proposed })}>
            Undo my changes
          </Button>
        )}
        <DraftMark draft={draft} />
      </AnswerBar>
    </form>
  );
}

/** Where in the content; the person does not know what lies around it. */
const placeOf = (pointer: string): string => pointer.replace(/^\/content/, "");
