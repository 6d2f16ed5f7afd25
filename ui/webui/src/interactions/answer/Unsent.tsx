import { useState } from "react";
import { forgetDraft, readDraft } from "@/interactions/answer/draft";
import { enteredText } from "@/interactions/answer/entered";

interface UnsentProps {
  interactionId: string;
  /** Why it was not sent. */
  why: string;
}

/** What was entered for a question that takes no answer any more: to be read and copied, until it is forgotten. */
export function Unsent({ interactionId, why }: UnsentProps) {
  const [draft, setDraft] = useState<unknown>(() => readDraft(interactionId));
  const text = enteredText(draft);
  return (
    <>
      <p>
        {why}{" "}
        {draft !== undefined && (
          <button
            type="button"
            className="link"
            onClick={() => {
              forgetDraft(interactionId);
              setDraft(undefined);
            }}
          >
            Forget what I had
          </button>
        )}
      </p>
      {text && (
        <details className="mt-1">
          <summary className="link w-fit">What you had entered</summary>
          <p className="wrap-anywhere mt-2 max-h-72 overflow-y-auto whitespace-pre-wrap rounded-sm bg-surface p-3 text-ink">
            {text}
          </p>
        </details>
      )}
    </>
  );
}
