/** Whether a value fits a schema. Without rjsf, so pages that show no form can ask, too. */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import type { FieldProblem } from "@/core/errors";
import { sentenceOf } from "@/forms/schema-words";

/** What does not fit, each at its place, in words. */
export function problemsOf(schema: unknown, value: unknown): FieldProblem[] {
  const found = new Validator(schema as Schema, "2020-12", false).validate(value);
  return found.valid ? [] : leaves(found.errors).map(problemOf);
}

const WRAPPERS = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "items",
  "prefixItems",
  "additionalItems",
  "$ref",
  "allOf",
  "if",
]);

/** Errors of a branch repeat those below it; the ones that say what is wrong are at the ends. */
function leaves(errors: OutputUnit[]): OutputUnit[] {
  const ends = errors.filter((error) => !WRAPPERS.has(error.keyword));
  const choices = ends.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  const below = (error: OutputUnit) =>
    choices.some(
      (choice) => error !== choice && error.keywordLocation.startsWith(`${choice.keywordLocation}/`),
    );
  const kept = ends.filter((error) => !below(error));
  return kept.length > 0 ? kept : errors.slice(-1);
}

function problemOf(error: OutputUnit): FieldProblem {
  const pointer = error.instanceLocation.replace(/^#/, "");
  const missing =
    error.keyword === "required" ? /required property "(.*?)"/.exec(error.error)?.[1] : undefined;
  if (missing !== undefined) return { pointer: `${pointer}/${missing}`, message: "This is required." };
  return { pointer, message: sentenceOf(error) };
}
