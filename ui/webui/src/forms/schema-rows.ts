/** A JSON Schema as rows of a table that people read: name, kind of value, limits in words. Pure. */
import { plural } from "@/core/format";
import type { JsonObject } from "@/core/types";
import { deref, isObject, typesOf } from "@/forms/schema-parts";

export interface SchemaRow {
  /** Where it is: `sources.[].name`. */
  key: string;
  name: string;
  /** 0 at the top. */
  level: number;
  /** `text`, `list of objects`, `number or nothing`. */
  type: string;
  required: boolean;
  title: string;
  description: string;
  /** `2 to 8`, `at most 300 characters`. */
  limits: string[];
  /** The values that are possible, where they are few and known. */
  choices: unknown[];
  fallback: unknown;
  example: unknown;
}

const DEEPEST = 5;

/** The properties of an object schema, those of nested ones below them. */
export function schemaRows(schema: JsonObject): SchemaRow[] {
  return propertiesOf(schema, { root: schema, level: 0, prefix: "" });
}

interface Place {
  root: JsonObject;
  level: number;
  prefix: string;
}

function propertiesOf(given: JsonObject, place: Place): SchemaRow[] {
  const schema = deref(given, place.root);
  if (place.level > DEEPEST || !isObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).flatMap(([name, item]) =>
    isObject(item) ? rowsOf(name, item, { ...place, required: required.includes(name) }) : [],
  );
}

function rowsOf(name: string, given: JsonObject, place: Place & { required: boolean }): SchemaRow[] {
  const schema = { ...deref(given, place.root), ...withoutRef(given) };
  const key = `${place.prefix}${name}`;
  const row: SchemaRow = {
    key,
    name,
    level: place.level,
    type: typeWords(schema, place.root),
    required: place.required,
    title: textOf(schema.title),
    description: textOf(schema.description),
    limits: limitsOf(only(schema, place.root)),
    choices: choicesOf(schema, place.root),
    fallback: schema.default,
    example: Array.isArray(schema.examples) ? schema.examples[0] : undefined,
  };
  return [row, ...below(schema, { ...place, level: place.level + 1, prefix: `${key}.` })];
}

/** What is inside: an object's own properties, or those of a list's items. */
function below(schema: JsonObject, place: Place): SchemaRow[] {
  return variantsOf(schema, place.root).flatMap((variant) => {
    if (isObject(variant.properties)) return propertiesOf(variant, place);
    return isObject(variant.items)
      ? below(deref(variant.items, place.root), { ...place, prefix: `${place.prefix}[].` })
      : [];
  });
}

const withoutRef = ({ $ref: _, ...rest }: JsonObject): JsonObject => rest;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The schema, or what it may be instead, without `null`. */
function variantsOf(schema: JsonObject, root: JsonObject): JsonObject[] {
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
  if (!options) return [schema];
  return options
    .filter(isObject)
    .map((option) => deref(option, root))
    .filter((option) => option.type !== "null");
}

/** Limits of `X or nothing` are those of X. */
function only(schema: JsonObject, root: JsonObject): JsonObject {
  const variants = variantsOf(schema, root);
  return variants.length === 1 ? { ...variants[0], ...schema } : schema;
}

function choicesOf(schema: JsonObject, root: JsonObject): unknown[] {
  const found = only(schema, root);
  if (Array.isArray(found.enum)) return found.enum;
  const items = isObject(found.items) ? deref(found.items, root) : {};
  return Array.isArray(items.enum) ? items.enum : [];
}

const WORDS: Record<string, [one: string, many: string]> = {
  string: ["text", "texts"],
  integer: ["whole number", "whole numbers"],
  number: ["number", "numbers"],
  boolean: ["yes or no", "yes or no"],
  object: ["object", "objects"],
  array: ["list", "lists"],
  null: ["nothing", "nothing"],
};

/** The kind of value in words. `many`: inside a list. */
export function typeWords(given: JsonObject, root: JsonObject, many = false): string {
  const schema = deref(given, root);
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
  if (options) return joined(options.filter(isObject).map((option) => typeWords(option, root, many)));
  if ("const" in schema) return JSON.stringify(schema.const);
  const types = typesOf(schema);
  if (types.length === 0) return anyWords(schema, many);
  return joined(types.map((type) => (type === "array" ? listWords(schema, root, many) : wordOf(type, many))));
}

const anyWords = (schema: JsonObject, many: boolean): string =>
  Array.isArray(schema.enum) ? "one of these" : many ? "values" : "any value";

const wordOf = (type: string, many: boolean): string => WORDS[type]?.[many ? 1 : 0] ?? type;

function listWords(schema: JsonObject, root: JsonObject, many: boolean): string {
  const items = isObject(schema.items) ? typeWords(schema.items, root, true) : "values";
  return `${many ? "lists" : "list"} of ${items}`;
}

/** `a, b or c`, each once, nothing last. */
function joined(words: readonly string[]): string {
  const all = [...new Set(words)].sort((a, b) => Number(a === "nothing") - Number(b === "nothing"));
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} or ${all.at(-1)}` : (all[0] ?? "");
}

/** What the value has to keep to, each in a few words. */
export function limitsOf(schema: JsonObject): string[] {
  const number = (key: string): number | undefined => {
    const value = schema[key];
    return typeof value === "number" ? value : undefined;
  };
  const found = [
    span(number("minimum"), number("maximum")),
    number("exclusiveMinimum") === undefined ? "" : `above ${number("exclusiveMinimum")}`,
    number("exclusiveMaximum") === undefined ? "" : `below ${number("exclusiveMaximum")}`,
    number("multipleOf") === undefined ? "" : `in steps of ${number("multipleOf")}`,
    span(number("minLength"), number("maxLength"), "character"),
    span(number("minItems"), number("maxItems"), "item"),
    schema.uniqueItems === true ? "no two alike" : "",
    typeof schema.format === "string" ? schema.format : "",
    typeof schema.pattern === "string" ? `like ${schema.pattern}` : "",
  ];
  return found.filter(Boolean);
}

function span(least: number | undefined, most: number | undefined, unit?: string): string {
  const counted = (value: number) => (unit ? plural(value, unit) : value.toLocaleString("en-GB"));
  if (least !== undefined && most !== undefined)
    return least === most
      ? `exactly ${counted(least)}`
      : `${least.toLocaleString("en-GB")} to ${counted(most)}`;
  if (least !== undefined) return least === 0 && unit ? "" : `at least ${counted(least)}`;
  return most === undefined ? "" : `at most ${counted(most)}`;
}
