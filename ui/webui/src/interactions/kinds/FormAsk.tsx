import { useRef, useState } from "react";
import type { JsonObject } from "@/core/types";
import { SchemaForm } from "@/forms/SchemaForm";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { RenewedNote } from "@/interactions/answer/RenewedNote";
import { useAnswerCommand } from "@/interactions/answer/use-answer-command";
import { stableJson } from "@/interactions/kinds/stable-json";
import type { AskProps } from "@/interactions/kinds/types";
import { Button } from "@/ui/button";

interface FormData {
  schema: JsonObject;
  ui?: JsonObject;
  defaults?: JsonObject;
}

interface FormDraft {
  /** What was entered; null: nothing yet. */
  values: unknown;
  /** The defaults that it was entered over. */
  over: string;
}

/** Where the form's values lie in the answer. */
const PREFIX = "/values";

export function FormAsk({ item, answer, hint }: AskProps) {
  const { schema, ui, defaults } = item.data as FormData;
  const now = stableJson(defaults ?? {});
  const draft = useDraft<FormDraft>(item.interaction_id, { values: null, over: now });
  const { values, over } = draft.value;
  const isOwn = values !== null;
  const [start, setStart] = useState<unknown>(values ?? defaults ?? {});
  const [begun, setBegun] = useState(now);
  const touched = useRef(isOwn);
  const box = useRef<HTMLDivElement>(null);

  const begin = (next: unknown) => {
    touched.current = false;
    setStart(next);
    setBegun(now);
  };
  // Nothing was entered yet: the form follows what a sub-action has made of its defaults.
  if (!isOwn && begun !== now) begin(defaults ?? {});
  useAnswerCommand(() => box.current?.querySelector("form")?.requestSubmit());
  const elsewhere = answer.problems.filter((problem) => !problem.pointer.startsWith(PREFIX));
  return (
    <div
      ref={box}
      onInputCapture={() => (touched.current = true)}
      onClickCapture={() => (touched.current = true)}
    >
      {isOwn && over !== now && (
        <RenewedNote
          what="The proposed values are"
          onTake={() => {
            draft.clear();
            begin(defaults ?? {});
          }}
          onKeep={() => draft.set({ values, over: now })}
        />
      )}
      <SchemaForm
        schema={schema}
        uiSchema={ui ?? {}}
        value={start}
        onChange={(next) => touched.current && draft.set({ values: next, over: isOwn ? over : now })}
        onSubmit={(next) => answer.send({ values: next })}
        problems={answer.problems}
        pointerPrefix={PREFIX}
        idPrefix={`form-${item.interaction_id}`}
      >
        <div>
          <Problems problems={elsewhere} />
          <AnswerBar hint={hint}>
            <Button type="submit" kind="human" size="lg" busy={answer.pending}>
              Answer
            </Button>
            <DraftMark draft={draft} onClear={() => begin({ ...defaults })} />
          </AnswerBar>
        </div>
      </SchemaForm>
    </div>
  );
}
