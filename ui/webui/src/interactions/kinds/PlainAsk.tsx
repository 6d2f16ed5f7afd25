import { useRef, useState } from "react";
import type { JsonObject } from "@/core/types";
import { SchemaForm } from "@/forms/SchemaForm";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { useAnswerCommand } from "@/interactions/answer/use-answer-command";
import { PlainData } from "@/interactions/kinds/PlainData";
import type { AskProps } from "@/interactions/kinds/types";
import { Button } from "@/ui/button";
import { CodeEditor } from "@/ui/code-editor";

interface PlainDraft {
  values: unknown;
  /** As typed, where the answer is written as JSON. */
  json: string | null;
}

const NO_DRAFT: PlainDraft = { values: undefined, json: null };

/** A kind that this page has no control for: what it shows as it is, and a form made of its schema. */
export function PlainAsk({ item, answer, hint }: AskProps) {
  const draft = useDraft<PlainDraft>(item.interaction_id, NO_DRAFT);
  const [start, setStart] = useState(draft.value.values);
  const [problem, setProblem] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const { json, values } = draft.value;
  const touched = useRef(false);

  const sendJson = () => {
    try {
      setProblem(null);
      answer.send(JSON.parse(json ?? ""));
    } catch {
      setProblem("This is no valid JSON yet. Texts need double quotes.");
    }
  };
  useAnswerCommand(() => (json === null ? box.current?.querySelector("form")?.requestSubmit() : sendJson()));
  const bar = (
    <AnswerBar problem={problem} hint={hint}>
      <Button
        type={json === null ? "submit" : "button"}
        kind="human"
        size="lg"
        busy={answer.pending}
        onClick={json === null ? undefined : sendJson}
      >
        Answer
      </Button>
      <Button
        kind="quiet"
        onClick={() => {
          setProblem(null);
          if (json === null) draft.set({ values, json: JSON.stringify(values ?? {}, null, 2) });
          else {
            draft.set({ values, json: null });
            setStart(values);
          }
        }}
      >
        {json === null ? "Write it as JSON" : "Back to the form"}
      </Button>
      <DraftMark draft={draft} onClear={() => setStart(undefined)} />
    </AnswerBar>
  );
  return (
    <div
      ref={box}
      onInputCapture={() => (touched.current = true)}
      onClickCapture={() => (touched.current = true)}
      className="flex flex-col gap-5"
    >
      <PlainData data={item.data} />
      {json === null ? (
        <SchemaForm
          schema={item.response_schema as JsonObject}
          value={start}
          onChange={(next) => touched.current && draft.set({ values: next, json: null })}
          onSubmit={(next) => answer.send(next)}
          problems={answer.problems}
          idPrefix={`form-${item.interaction_id}`}
        >
          {bar}
        </SchemaForm>
      ) : (
        <div>
          <CodeEditor
            label="Answer (JSON)"
            value={json}
            onChange={(next) => next !== json && draft.set({ values, json: next })}
            invalid={problem !== null}
          />
          <Problems problems={answer.problems} />
          {bar}
        </div>
      )}
    </div>
  );
}
