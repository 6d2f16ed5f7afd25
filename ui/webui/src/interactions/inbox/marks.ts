/** What was looked at and what was answered in this browser. */
import { readStored, writeStored } from "@/core/storage";
import { createStore } from "@/core/store";
import type { Interaction } from "@/core/types";

const SEEN = "seen";
const ANSWERED = "answered";
const MOST_SEEN = 500;
const MOST_ANSWERED = 20;

export interface AnsweredMark {
  interactionId: string;
  runId: string;
  title: string;
  at: string;
  /** When this browser heard of it, by its own clock. */
  heardAt: number;
}

function readList<T>(name: string): readonly T[] {
  try {
    const found: unknown = JSON.parse(readStored(name) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Ids of the questions that were opened. */
export const seen = createStore<ReadonlySet<string>>(new Set(readList<string>(SEEN)));

export function markSeen(interactionId: string): void {
  if (seen.get().has(interactionId)) return;
  const next = [...seen.get(), interactionId].slice(-MOST_SEEN);
  writeStored(SEEN, JSON.stringify(next));
  seen.set(new Set(next));
}

/** The newest first. */
export const answered = createStore<readonly AnsweredMark[]>(readList<AnsweredMark>(ANSWERED));

export function markAnswered(item: Interaction, at: string): void {
  const mark = {
    interactionId: item.interaction_id,
    runId: item.workflow_run_id,
    title: item.title,
    at,
    heardAt: Date.now(),
  };
  const others = answered.get().filter((other) => other.interactionId !== mark.interactionId);
  const next = [mark, ...others].slice(0, MOST_ANSWERED);
  writeStored(ANSWERED, JSON.stringify(next));
  answered.set(next);
}
