import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { JsonObject } from "@/core/types";
import { type Parsed, parseJson } from "@/ui/json-text";
import { validationQuery } from "@/workflows/workflow-queries";

const PAUSE_MS = 450;

export interface EditorProblem {
  severity: "error" | "warning";
  message: string;
  /** A JSON pointer, or, while it is no JSON, a position in the text. */
  place: { pointer: string } | { offset: number };
}

export interface Checked {
  /** The definition, once the text is one JSON object. */
  definition: JsonObject | null;
  problems: EditorProblem[];
  isChecking: boolean;
  error: Error | null;
  refetch: () => unknown;
}

/** What the server has to say of a text, after a pause in typing. */
export function useProblems(text: string): Checked {
  const parsed = useMemo(() => readDefinition(text), [text]);
  const settled = useSettled(text);
  const check = useQuery({
    ...validationQuery(settled, settled === text && parsed.ok ? (parsed.value as JsonObject) : null),
    placeholderData: keepPreviousData,
  });
  const told = check.data?.problems;
  const problems = useMemo<EditorProblem[]>(
    () =>
      parsed.ok
        ? (told ?? []).map(({ pointer, message, severity }) => ({ severity, message, place: { pointer } }))
        : [{ severity: "error", message: parsed.message, place: { offset: parsed.offset } }],
    [parsed, told],
  );
  return {
    definition: parsed.ok ? (parsed.value as JsonObject) : null,
    problems,
    isChecking: parsed.ok && (settled !== text || check.isFetching),
    error: check.error,
    refetch: check.refetch,
  };
}

function readDefinition(text: string): Parsed {
  const parsed = parseJson(text);
  if (!parsed.ok || (typeof parsed.value === "object" && parsed.value && !Array.isArray(parsed.value)))
    return parsed;
  return { ok: false, offset: 0, message: "A definition is one JSON object, from { to }." };
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
