/** A value that fits a schema, as small as it may be: to begin with, or to copy. Pure. */
import type { JsonObject } from "@/core/types";
import { deref, isObject, typesOf } from "@/forms/schema-parts";

const DEEPEST = 8;

export function exampleOf(schema: JsonObject): unknown {
  return sampleOf(schema, { root: schema, level: 0 });
}

/** What a form shows before anything is typed: the fields that say what they are if left out. */
export function defaultsOf(schema: JsonObject, root: JsonObject = schema, level = 0): JsonObject {
  const { properties } = deref(schema, root);
  if (!isObject(properties) || level > DEEPEST) return {};
  const entries = Object.entries(properties).map(([name, item]): [string, unknown] => {
    const found = isObject(item) ? { ...deref(item, root), ...item } : {};
    if (found.default !== undefined && found.default !== null) return [name, found.default];
    const inner = defaultsOf(found, root, level + 1);
    return [name, Object.keys(inner).length > 0 ? inner : undefined];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

interface Place {
  root: JsonObject;
  level: number;
}

function sampleOf(given: JsonObject, place: Place): unknown {
  const schema = deref(given, place.root);
  if (place.level > DEEPEST) return null;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const option = optionOf(schema, place.root);
  if (option) return sampleOf(option, { ...place, level: place.level + 1 });
  return BY_TYPE[typesOf(schema).find((type) => type !== "null") ?? "any"]?.(schema, place) ?? null;
}

function optionOf(schema: JsonObject, root: JsonObject): JsonObject | undefined {
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
  return options?.filter(isObject).find((option) => deref(option, root).type !== "null");
}

const BY_TYPE: Record<string, (schema: JsonObject, place: Place) => unknown> = {
  object: (schema, place) => {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name))
        .map(([name, item]) => [
          name,
          isObject(item) ? sampleOf(item, { ...place, level: place.level + 1 }) : null,
        ]),
    );
  },
  array: (schema, place) => {
    const items = isObject(schema.items) ? schema.items : {};
    return Array.from({ length: numberIn(schema, "minItems") ?? 0 }, () =>
      sampleOf(items, { ...place, level: place.level + 1 }),
    );
  },
  string: (schema) => textFor(schema),
  integer: (schema) => Math.ceil(least(schema, 1)),
  number: (schema) => least(schema, 0.5),
  boolean: () => true,
  any: () => "…",
};

const numberIn = (schema: JsonObject, key: string): number | undefined =>
  typeof schema[key] === "number" ? schema[key] : undefined;

/** The smallest allowed number; `step` above one that is not allowed itself. */
function least(schema: JsonObject, step: number): number {
  const above = numberIn(schema, "exclusiveMinimum");
  if (above !== undefined) return Math.floor(above) + step;
  const most = numberIn(schema, "maximum");
  return numberIn(schema, "minimum") ?? (most !== undefined && most < 1 ? most : 1);
}

const FORMATS: Record<string, string> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  time: "12:00:00",
  email: "ada@example.org",
  uri: "https://example.org",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function textFor(schema: JsonObject): string {
  const known = typeof schema.format === "string" ? FORMATS[schema.format] : undefined;
  const text = known ?? "text";
  return text.padEnd(numberIn(schema, "minLength") ?? 0, "…").slice(0, numberIn(schema, "maxLength"));
}
