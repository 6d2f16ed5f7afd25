/** What a page tells of a definition. Pure. */
import type { JsonObject } from "@/core/types";
import { type ModuleJson, stepsOf } from "@/ui/graph/graph-model";

export interface OfferedSubAction {
  id: string;
  label: string;
  /** Where it is offered. */
  stepId: string;
  moduleName: string;
  /** The module's own work, or a hidden run of other modules. */
  own: boolean;
  feedback: boolean;
  params: boolean;
  confirm: boolean;
  hidden: boolean;
  /** State keys that its result is written to. */
  writes: string[];
}

const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

export const offeredSubActions = (definition: JsonObject): OfferedSubAction[] =>
  stepsOf(definition).flatMap((step) =>
    (step.modules ?? []).flatMap((module) => subActionsOf(module, step.step_id)),
  );

export const subActionsOf = (module: ModuleJson, stepId: string): OfferedSubAction[] =>
  listOf(module.sub_actions).map((action) => ({
    id: String(action.id),
    label: String(action.label ?? action.id),
    stepId,
    moduleName: module.name,
    own: listOf(action.actions).some((item) => item.type === "self_sub_action"),
    feedback: (action.feedback as JsonObject | undefined)?.enabled !== false && Boolean(action.feedback),
    params: Boolean(action.params_schema),
    confirm: Boolean(action.confirm),
    hidden: action.hidden === true,
    writes: listOf(action.result_mapping).map((item) => String(item.target)),
  }));

export interface FoundModule {
  stepId: string;
  stepName: string;
  module: ModuleJson;
}

/** By the id that the graph gives it. */
export function findModule(definition: JsonObject, graphId: string | undefined): FoundModule | undefined {
  for (const step of stepsOf(definition)) {
    const module = step.modules?.find((item) => `module:${item.name}` === graphId);
    if (module) return { stepId: step.step_id, stepName: step.name ?? step.step_id, module };
  }
  return undefined;
}

export const inputsOf = (definition: JsonObject): JsonObject =>
  (definition.inputs as JsonObject | undefined) ?? { type: "object" };

/** Whether there is anything to ask before a run starts. */
export const asksInputs = (schema: JsonObject): boolean =>
  Object.keys(schema).some(
    (key) => !["type", "additionalProperties", "title", "description"].includes(key),
  ) && !(schema.type === "object" && Object.keys((schema.properties as JsonObject) ?? {}).length === 0);

/** Who saved it, as people say it. */
export const saverOf = (actor: string): string => (actor === "files" ? "the workflows folder" : actor);
