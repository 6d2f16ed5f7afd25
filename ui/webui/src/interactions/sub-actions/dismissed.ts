/** Failures that a person has read, in this tab. */
import { readStored, writeStored } from "@/core/storage";
import { createStore } from "@/core/store";

const NAME = "dismissed";

function read(): string[] {
  try {
    const found: unknown = JSON.parse(readStored(NAME, "session") ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

export const dismissed = createStore<ReadonlySet<string>>(new Set(read()));

export function markDismissed(subActionId: string): void {
  const next = [...new Set([...dismissed.get(), subActionId])].slice(-200);
  writeStored(NAME, JSON.stringify(next), "session");
  dismissed.set(new Set(next));
}
