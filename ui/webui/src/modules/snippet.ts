/** A piece of a definition to copy. Pure. */
import { humanize } from "@/core/format";
import type { JsonObject, ModuleType } from "@/core/types";
import { exampleOf } from "@/forms/schema-example";
import { prettyJson } from "@/ui/json-text";

/** One use of the module: inputs that it takes, and where its first output goes. */
export function snippetOf(module: ModuleType): string {
  const name = module.module_id.replaceAll(/\W+/g, "_");
  const output = Object.keys((module.outputs_schema.properties as JsonObject | undefined) ?? {})[0];
  return prettyJson({
    module_id: module.module_id,
    name: `my_${name}`,
    inputs: exampleOf(module.inputs_schema),
    ...(output ? { outputs_to_state: { [output]: output } } : {}),
  });
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
