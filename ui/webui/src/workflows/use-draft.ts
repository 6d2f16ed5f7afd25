import { useState } from "react";
import { readStored, writeStored } from "@/core/storage";

export interface Draft {
  text: string;
  /** The version that it was made from; 0: none. */
  basedOn: number;
}

const nameOf = (workflowId: string | null): string => `draft.workflow.${workflowId ?? ""}`;

function read(workflowId: string | null): Draft | null {
  try {
    const found: unknown = JSON.parse(readStored(nameOf(workflowId), "session") ?? "null");
    return isDraft(found) ? found : null;
  } catch {
    return null;
  }
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" && value !== null && "text" in value && "basedOn" in value;

export const forgetDraft = (workflowId: string | null): void =>
  writeStored(nameOf(workflowId), null, "session");

/** What is typed, kept in this tab until it is saved or given up: no reload and no wrong click loses it. */
export function useDraft(workflowId: string | null, saved: Draft) {
  const [kept] = useState(() => read(workflowId));
  const [draft, setDraft] = useState<Draft>(kept ?? saved);
  const change = (next: Draft) => {
    setDraft(next);
    if (next.text === saved.text) forgetDraft(workflowId);
    else writeStored(nameOf(workflowId), JSON.stringify(next), "session");
  };
  const discard = () => {
    forgetDraft(workflowId);
    setDraft(saved);
  };
  return {
    draft,
    change,
    discard,
    isChanged: draft.text !== saved.text,
    /** It was begun before this page was opened. */
    isKept: kept !== null && kept.text !== saved.text,
  };
}
