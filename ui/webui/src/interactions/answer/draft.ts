/** What is being answered and was not sent, kept for the tab: a reload loses nothing. */
import { useCallback, useState } from "react";
import { readStored, writeStored } from "@/core/storage";

const nameOf = (id: string): string => `draft.${id}`;

/** What is kept, or undefined. */
export function readDraft<T>(id: string): T | undefined {
  const text = readStored(nameOf(id), "session");
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

export const forgetDraft = (id: string): void => writeStored(nameOf(id), null, "session");

export interface Draft<T> {
  value: T;
  /** Whether it was there when the page was opened. */
  restored: boolean;
  set: (next: T) => void;
  /** Back to the beginning. */
  clear: () => void;
}

/** `initial` is what the draft is when nothing is kept. Give the component a `key` of the same id. */
export function useDraft<T>(id: string, initial: T): Draft<T> {
  const [kept] = useState(() => readDraft<T>(id));
  const [value, setValue] = useState<T>(kept ?? initial);
  const [restored, setRestored] = useState(kept !== undefined);
  const set = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(nameOf(id), JSON.stringify(next), "session");
    },
    [id],
  );
  const clear = () => {
    forgetDraft(id);
    setRestored(false);
    setValue(initial);
  };
  return { value, restored, set, clear };
}
