/** What workflows were started with before. Pure. */
import type { Run } from "@/core/types";

export interface EarlierInput {
  run: Run;
  /** The first fields, as `name: value`. */
  lines: string[];
  /** Further fields. */
  more: number;
}

const LINES = 3;
const LONGEST = 120;

/** One for each different payload, the latest first. Empty ones say nothing. */
export function earlierInputs(runs: readonly Run[]): EarlierInput[] {
  const seen = new Set<string>();
  return runs.flatMap((run) => {
    const text = JSON.stringify(run.payload ?? {});
    if (seen.has(text) || text === "{}" || text === "null") return [];
    seen.add(text);
    return [{ run, ...summaryOf(run.payload) }];
  });
}

function summaryOf(payload: unknown): { lines: string[]; more: number } {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    return { lines: [shorten(textOf(payload))], more: 0 };
  const fields = Object.entries(payload);
  return {
    lines: fields.slice(0, LINES).map(([name, value]) => `${name}: ${shorten(textOf(value))}`),
    more: Math.max(0, fields.length - LINES),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
