/** What is wrong with a value, in words that say what to do. From the errors of @cfworker/json-schema. Pure. */
import type { OutputUnit } from "@cfworker/json-schema";
import { plural } from "@/core/format";

/** Numbers in an error, e.g. the 2 and the 3 of "String is too short (2 < 3)." */
const numbersIn = (text: string): string[] => text.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? [];

/** The limit is what an error names last. */
const limitIn = (text: string): string => numbersIn(text).at(-1) ?? "";

const counted = (text: string, unit: string): string => plural(Number(limitIn(text)), unit);

const SENTENCES: Record<string, (error: string) => string> = {
  anyOf: () => "This fits none of the forms that are possible here.",
  oneOf: () => "This fits none of the forms that are possible here.",
  not: () => "This is not possible here.",
  false: () => "There is no such field here.",
  pattern: () => "This does not have the form that is asked for.",
  type: (error) =>
    error.includes('type "undefined"') ? "This is required." : `This has to be ${kindsIn(error)}.`,
  const: (error) => `This has to be ${/match (.*)\.$/.exec(error)?.[1] ?? "another value"}.`,
  enum: (error) => `This has to be one of ${listIn(error)}.`,
  format: (error) => `This does not have the form that is asked for: ${/format "(.*?)"/.exec(error)?.[1]}.`,
  minLength: (error) => `This is too short: it takes at least ${counted(error, "character")}.`,
  maxLength: (error) => `This is too long: it takes at most ${counted(error, "character")}.`,
  minimum: (error) => `This has to be at least ${limitIn(error)}.`,
  maximum: (error) => `This has to be at most ${limitIn(error)}.`,
  exclusiveMinimum: (error) => `This has to be more than ${limitIn(error)}.`,
  exclusiveMaximum: (error) => `This has to be less than ${limitIn(error)}.`,
  multipleOf: (error) => `This has to be a multiple of ${limitIn(error)}.`,
  minItems: (error) => `There have to be at least ${counted(error, "item")}.`,
  maxItems: (error) => `There may be at most ${counted(error, "item")}.`,
  uniqueItems: () => "Two of these are the same.",
  minProperties: (error) => `There have to be at least ${counted(error, "field")}.`,
  maxProperties: () => "There are too many fields.",
};

export function sentenceOf(error: OutputUnit): string {
  const known = SENTENCES[error.keyword];
  if (known) return known(error.error);
  return error.error.replace(/^Instance/, "This").replace(/ of "#.*?"/, "");
}

const KINDS: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "nothing",
};

function kindsIn(error: string): string {
  const wanted = error.slice(error.indexOf("Expected")).match(/"(.*?)"/g) ?? [];
  return wanted.map((quoted) => KINDS[quoted.slice(1, -1)] ?? quoted).join(" or ");
}

function listIn(error: string): string {
  const list = /any of (\[.*\])\.$/s.exec(error)?.[1];
  const values = list ? (JSON.parse(list) as unknown[]) : [];
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(", ");
}
