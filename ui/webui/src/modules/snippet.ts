/** A piece of a definition to copy. Pure. */
import { humanize } from "@/core/format";
import type { JsonObject, ModuleType } from "@/core/types";
import { exampleOf } from "@/forms/schema-example";
import { isObject } from "@/forms/schema-parts";
import { prettyJson } from "@/ui/json-text";

/** One use of the module: inputs that it takes, and where its first output goes. */
export function snippetOf(module: ModuleType): string {
  const name = module.module_id.replaceAll(/\W+/g, "_");
  const inputs = exampleOf(module.inputs_schema);
  const output = Object.keys((module.outputs_schema.properties as JsonObject | undefined) ?? {})[0];
  return prettyJson({
    module_id: module.module_id,
    name: `my_${name}`,
    inputs: isObject(inputs) ? inOrder(inputs, module.inputs_schema.properties) : inputs,
    ...(output ? { outputs_to_state: { [output]: output } } : {}),
  });
}

/** With its fields in the order in which the schema tells of them. */
function inOrder(value: JsonObject, properties: unknown): JsonObject {
  const names = isObject(properties) ? Object.keys(properties) : [];
  const known = names.filter((name) => name in value);
  const others = Object.keys(value).filter((name) => !known.includes(name));
  return Object.fromEntries([...known, ...others].map((name) => [name, value[name]]));
}

const NAMESPACES: Record<string, string> = {
  api: "Models and services",
  core: "Basics",
  http: "Web",
  io: "Data that is kept",
  media: "Pictures",
  sub_workflow: "Other workflows",
  transform: "Data",
  user: "People",
  wait: "Waiting",
};

export const namespaceTitle = (namespace: string): string => NAMESPACES[namespace] ?? humanize(namespace);
