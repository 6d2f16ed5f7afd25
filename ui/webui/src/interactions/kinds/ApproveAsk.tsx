import { Check, X } from "lucide-react";
import { useRef, useState } from "react";
import { useCommands } from "@/core/commands";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { Content } from "@/interactions/kinds/Content";
import { Fresh } from "@/interactions/kinds/Fresh";
import { stableJson } from "@/interactions/kinds/stable-json";
import type { AskProps } from "@/interactions/kinds/types";
import { useFresh } from "@/interactions/kinds/use-fresh";
import { Button } from "@/ui/button";
import { Field, Textarea } from "@/ui/field";

export interface ApproveData {
  content?: unknown;
  approve_label?: string;
  reject_label?: string;
  comment_required_on_reject?: boolean;
}

const NEEDED = "Say why first: whoever reads it has to know what to change.";

export function ApproveAsk({ item, answer, hint }: AskProps) {
  const data = (item.data ?? {}) as ApproveData;
  const draft = useDraft(item.interaction_id, "");
  const [problem, setProblem] = useState<string | null>(null);
  const [decided, setDecided] = useState(true);
  const comment = useRef<HTMLDivElement>(null);
  const buttons = useRef<HTMLSpanElement>(null);
  const fresh = useFresh([stableJson(data.content)]);
  const yes = data.approve_label ?? "Approve";
  const no = data.reject_label ?? "Reject";

  const decide = (approved: boolean) => {
    if (answer.pending) return;
    const text = draft.value.trim();
    if (!approved && data.comment_required_on_reject && !text) {
      setProblem(NEEDED);
      comment.current?.querySelector("textarea")?.focus();
      return;
    }
    setProblem(null);
    setDecided(approved);
    answer.send(text ? { approved, comment: text } : { approved });
  };
  const focus = (at: number) => buttons.current?.querySelectorAll("button")[at]?.focus();
  // A single key goes to the button and does not press it: an answer cannot be taken back.
  useCommands([
    { id: "approve", title: yes, keys: "a", keywords: "approve yes answer", run: () => focus(0) },
    { id: "reject", title: no, keys: "r", keywords: "reject no answer", run: () => focus(1) },
  ]);
  return (
    <div>
      {fresh.size > 0 && (
        <p className="mb-2">
          <Fresh word="Renewed" />
        </p>
      )}
      <div className={fresh.size > 0 ? "fresh rounded-lg" : undefined}>
        <Content value={data.content} />
      </div>
      <div ref={comment} className="mt-4">
        <Field
          label={data.comment_required_on_reject ? `Comment (needed to ${no.toLowerCase()})` : "Comment"}
          hint={data.comment_required_on_reject ? undefined : "May stay empty."}
          error={problem ?? answer.problems.find((item) => item.pointer === "/comment")?.message}
        >
          <Textarea
            rows={2}
            value={draft.value}
            onChange={(event) => {
              setProblem(null);
              draft.set(event.target.value);
            }}
          />
        </Field>
      </div>
      <Problems problems={answer.problems.filter((item) => item.pointer !== "/comment")} />
      <AnswerBar hint={hint}>
        <span ref={buttons} className="flex flex-wrap gap-2">
          <Button
            kind="human"
            size="lg"
            wrap
            icon={<Check aria-hidden />}
            busy={answer.pending && decided}
            disabled={answer.pending && !decided}
            onClick={() => decide(true)}
          >
            {yes}
          </Button>
          <Button
            size="lg"
            wrap
            icon={<X aria-hidden />}
            busy={answer.pending && !decided}
            disabled={answer.pending && decided}
            onClick={() => decide(false)}
          >
            {no}
          </Button>
        </span>
        <DraftMark draft={draft} />
      </AnswerBar>
    </div>
  );
}
