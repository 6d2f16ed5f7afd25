/** What workflows were started with before. Pure. */
import type { JsonObject, Run } from "@/core/types";
import { deref, isObject } from "@/forms/schema-parts";

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

export interface Fitted {
  value: unknown;
  /** Fields that this schema does not have; a form could not show them. */
  dropped: string[];
}

/** Earlier inputs without what a newer version no longer asks for, where it takes nothing else. */
export function fitInputs(value: unknown, given: JsonObject, root: JsonObject = given): Fitted {
  const schema = deref(given, root);
  const { properties } = schema;
  if (!isObject(value) || !isObject(properties)) return { value, dropped: [] };
  const closed = schema.additionalProperties === false;
  const dropped: string[] = [];
  const kept = Object.entries(value).flatMap(([name, item]) => {
    const inner = properties[name];
    if (!isObject(inner)) {
      if (closed) dropped.push(name);
      return closed ? [] : [[name, item] as const];
    }
    const fitted = fitInputs(item, inner, root);
    dropped.push(...fitted.dropped.map((below) => `${name}.${below}`));
    return [[name, fitted.value] as const];
  });
  return { value: dropped.length > 0 ? Object.fromEntries(kept) : value, dropped };
}
