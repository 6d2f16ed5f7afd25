/** Whether a value fits a schema. Without rjsf, so pages that show no form can ask, too. */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import type { FieldProblem } from "@/core/errors";

/** What does not fit, each at its place, in words. */
export function problemsOf(schema: unknown, value: unknown): FieldProblem[] {
  const found = new Validator(schema as Schema, "2020-12", false).validate(value);
  return found.valid ? [] : leaves(found.errors).map(problemOf);
}

/** Errors of a branch repeat those below it; the ones that say what is wrong are at the ends. */
function leaves(errors: OutputUnit[]): OutputUnit[] {
  const wrappers = new Set(["properties", "items", "$ref", "allOf", "prefixItems", "additionalItems", "if"]);
  const ends = errors.filter((error) => !wrappers.has(error.keyword));
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
  return { pointer, message: sentence(error) };
}

function sentence(error: OutputUnit): string {
  if (error.keyword === "anyOf" || error.keyword === "oneOf")
    return "This fits none of the forms that are possible here.";
  if (error.keyword === "pattern") return "This does not have the form that is asked for.";
  return error.error
    .replace(/^Instance type/, "Type")
    .replace(/^Instance/, "This")
    .replace(/ of "#.*?"/, "");
}
