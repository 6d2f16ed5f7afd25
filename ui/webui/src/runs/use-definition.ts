import { useQuery } from "@tanstack/react-query";
import { queries } from "@/core/query";
import type { JsonObject, Run } from "@/core/types";
import type { TraceNames } from "@/runs/trace-types";

/** The version by which the run goes, once it was read. */
export function useDefinition(run: Run | undefined): JsonObject | undefined {
  const query = useQuery({
    ...queries.workflow(run?.workflow_id ?? "", run?.version),
    enabled: run !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // a version never changes
  });
  return query.data?.definition as JsonObject | undefined;
}

interface StepJson {
  step_id: string;
  name?: string;
  modules?: { name: string; sub_actions?: { id: string; label?: string }[] }[];
}

/** What the definition calls its steps and sub-actions. */
export function namesOf(definition: JsonObject | undefined): TraceNames {
  const steps = (Array.isArray(definition?.steps) ? definition.steps : []) as StepJson[];
  const actions = steps
    .flatMap((step) => step.modules ?? [])
    .flatMap((item) => (item.sub_actions ?? []).map((action) => [item.name, action] as const))
    .map(([name, action]) => [`${name}/${action.id}`, action.label ?? action.id] as const);
  return {
    steps: new Map(steps.flatMap((step) => (step.name ? [[step.step_id, step.name] as const] : []))),
    actions: new Map(actions),
  };
}
