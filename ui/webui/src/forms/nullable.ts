/** `X | null` as pydantic writes it (`anyOf: [X, null]`) is one control that may stay empty, not a choice of two. */
import { humanize } from "@/core/format";
import type { JsonObject } from "@/core/types";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNull = (schema: unknown): boolean => isObject(schema) && schema.type === "null";

/** The schema as it is shown: nullable choices collapsed, and every property with a title. */
export function prepare(schema: JsonObject): JsonObject {
  const prepared = collapse(
    Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, prepareKey(key, value)])),
  );
  return prepared;
}

const MAPS = new Set(["properties", "$defs", "definitions", "patternProperties"]);
const LISTS = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const SCHEMAS = new Set(["items", "additionalProperties", "then", "else", "not"]);

function prepareKey(key: string, value: unknown): unknown {
  if (MAPS.has(key) && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        isObject(item) ? titled(key, name, prepare(item)) : item,
      ]),
    );
  }
  if (LISTS.has(key) && Array.isArray(value))
    return value.map((item) => (isObject(item) ? prepare(item) : item));
  if (SCHEMAS.has(key) && isObject(value)) return prepare(value);
  return value;
}

const titled = (key: string, name: string, schema: JsonObject): JsonObject =>
  key !== "properties" || schema.title || schema.$ref ? schema : { ...schema, title: humanize(name) };

function collapse(schema: JsonObject): JsonObject {
  for (const key of ["anyOf", "oneOf"]) {
    const options = schema[key];
    if (!Array.isArray(options) || !options.some(isNull)) continue;
    const others = options.filter((option) => !isNull(option));
    const { [key]: _, ...rest } = schema;
    const only = others[0];
    if (others.length === 1 && isObject(only)) return dropNullDefault({ ...only, ...rest });
    if (others.length > 1) return dropNullDefault({ ...rest, [key]: others });
  }
  return schema;
}

/** "null" would be shown as text. */
function dropNullDefault(schema: JsonObject): JsonObject {
  if (schema.default !== null) return schema;
  const { default: _, ...rest } = schema;
  return rest;
}

/** What was left empty but must be there becomes null, where the schema takes null. */
export function fillNulls(schema: JsonObject, value: unknown): unknown {
  if (!isObject(value) || !isObject(schema.properties)) return value;
  const filled: JsonObject = { ...value };
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [name, item] of Object.entries(schema.properties)) {
    if (!isObject(item)) continue;
    if (filled[name] === undefined && required.includes(name) && takesNull(item)) filled[name] = null;
    else if (name in filled) filled[name] = fillNulls(item, filled[name]);
  }
  return filled;
}

const takesNull = (schema: JsonObject): boolean =>
  [schema.anyOf, schema.oneOf].some((options) => Array.isArray(options) && options.some(isNull)) ||
  (Array.isArray(schema.type) && schema.type.includes("null"));
