/** Reading of JSON Schema, shared by what shows it and what makes examples of it. Pure. */
import type { JsonObject } from "@/core/types";

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Follows `$ref` inside the document; an empty schema where it leads nowhere or in a circle. */
export function deref(schema: JsonObject, root: JsonObject): JsonObject {
  let found = schema;
  for (let steps = 0; typeof found.$ref === "string"; steps++) {
    const target = steps < 20 ? at(root, found.$ref) : undefined;
    if (!isObject(target)) return {};
    found = target;
  }
  return found;
}

function at(root: JsonObject, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  return reference
    .slice(1)
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), root);
}

/** The types that a schema names, or that its other words show. */
export function typesOf(schema: JsonObject): string[] {
  if (typeof schema.type === "string") return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.filter((item) => typeof item === "string");
  if (isObject(schema.properties)) return ["object"];
  return schema.items === undefined ? [] : ["array"];
}
