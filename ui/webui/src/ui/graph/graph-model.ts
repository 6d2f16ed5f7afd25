/** A definition as boxes and lines to look at. Pure. */
import type { JsonObject } from "@/core/types";

export interface GraphModule {
  id: string;
  /** As the definition calls it; unique in the workflow. */
  name: string;
  moduleId: string;
  stepId: string;
  /** It calls another workflow. */
  calls: boolean;
  /** Which one, where that is no template. */
  child?: string | undefined;
  /** It asks a person. */
  asks?: boolean | undefined;
  subActions: number;
}

export interface GraphStep {
  id: string;
  name: string;
  modules: GraphModule[];
}

export interface GraphModel {
  steps: GraphStep[];
  /** Between modules, by id; `inside` a step, or from the end of a step to the beginning of another. */
  edges: { from: string; to: string; inside: boolean }[];
}

export interface ModuleJson {
  name: string;
  module_id: string;
  inputs?: JsonObject;
  sub_actions?: JsonObject[];
  [key: string]: unknown;
}

export interface StepJson {
  step_id: string;
  name?: string;
  description?: string;
  depends_on?: string[];
  modules?: ModuleJson[];
  [key: string]: unknown;
}

export const stepsOf = (definition: JsonObject): StepJson[] =>
  (Array.isArray(definition.steps) ? definition.steps : []) as StepJson[];

/** `asks` says which module types are questions. */
export function graphOf(
  definition: JsonObject,
  asks: (moduleId: string) => boolean = () => false,
): GraphModel {
  const steps = stepsOf(definition);
  const made = steps.map((step) => stepOf(step, asks));
  const edges = made.flatMap((step) =>
    step.modules
      .slice(1)
      .map((item, index) => ({ from: step.modules[index]?.id ?? "", to: item.id, inside: true })),
  );
  const byId = new Map(made.map((step) => [step.id, step]));
  for (const [id, needs] of needsOf(steps)) {
    const first = byId.get(id)?.modules[0];
    for (const need of needs) {
      const last = byId.get(need)?.modules.at(-1);
      if (first && last) edges.push({ from: last.id, to: first.id, inside: false });
    }
  }
  return { steps: made, edges };
}

function stepOf(step: StepJson, asks: (moduleId: string) => boolean): GraphStep {
  const modules = (step.modules ?? []).map((item) => ({
    id: `module:${item.name}`,
    name: item.name,
    moduleId: item.module_id,
    stepId: step.step_id,
    calls: item.module_id === "sub_workflow",
    child: childOf(item),
    asks: asks(item.module_id),
    subActions: item.sub_actions?.length ?? 0,
  }));
  return { id: step.step_id, name: step.name ?? step.step_id, modules };
}

/** The workflow that a module calls; undefined where a template decides when it runs. */
export function childOf(item: ModuleJson): string | undefined {
  const found = item.module_id === "sub_workflow" ? item.inputs?.workflow_id : undefined;
  return typeof found === "string" && !found.includes("{{") ? found : undefined;
}

/** What each step waits for. Where no step says it, each waits for the one before. */
export function needsOf(steps: readonly StepJson[]): Map<string, string[]> {
  const isGraph = steps.some((step) => Array.isArray(step.depends_on));
  return new Map(
    steps.map((step, index) => {
      const before = index > 0 ? [steps[index - 1]?.step_id ?? ""] : [];
      return [step.step_id, isGraph ? (step.depends_on ?? []) : before];
    }),
  );
}
