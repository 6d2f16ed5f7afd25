/** What questions are called and how much there is of them: all that a list needs, without their controls. */
import { humanize, plural } from "@/core/format";
import type { Interaction } from "@/core/types";

const WORDS: Record<string, string> = {
  select: "Choose",
  form: "Fill in",
  approve: "Approve",
  review: "Review",
  media: "Pictures",
};

export const kindWord = (kind: string): string => WORDS[kind] ?? humanize(kind);

const at = (data: unknown, key: string): unknown =>
  (data as Record<string, unknown> | null | undefined)?.[key];

const counted = (list: unknown, one: string): string | null =>
  typeof list === "object" && list !== null ? plural(Object.keys(list).length, one) : null;

/** `4 options`, or null where there is nothing to count. */
export function countOf({ kind, data }: Interaction): string | null {
  if (kind === "select") return counted(at(data, "options"), "option");
  if (kind === "media") return counted(at(data, "generations"), "picture");
  return kind === "form" ? counted(at(at(data, "schema"), "properties"), "field") : null;
}
