/** What a question showed before each sub-action that changed it. */
import type { RunEvent, SubAction } from "@/core/types";

export interface Generation {
  /** The question after this event. */
  seq: number;
  /** What brought it about; null: it is the first. */
  record: SubAction | null;
  at: string;
}

/** The earlier ones, the newest first; the present one is not among them. */
export function generationsOf(
  landed: readonly RunEvent[],
  records: readonly SubAction[],
  requestedAt: string,
): Generation[] {
  const own = new Map(records.map((record) => [record.sub_action_id, record]));
  const mine = landed
    .filter((event) => own.has(String(event.data.sub_action_id)))
    .sort((a, b) => a.seq - b.seq);
  const first = mine[0];
  if (!first) return [];
  const after = mine.map((event) => ({
    seq: event.seq,
    record: own.get(String(event.data.sub_action_id)) ?? null,
    at: event.timestamp,
  }));
  return [{ seq: first.seq - 1, record: null, at: requestedAt }, ...after.slice(0, -1)].reverse();
}
