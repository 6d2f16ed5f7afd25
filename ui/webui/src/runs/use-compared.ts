import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/core/query";
import { stateAtQuery } from "@/runs/run-queries";
import { useTimeline } from "@/runs/timeline";
import { buildTrace } from "@/runs/trace";
import { namesOf, useDefinition } from "@/runs/use-definition";

/** One side of a comparison: a run, or a branch of one. */
export function useCompared(runId: string, branch: string | undefined) {
  const run = useQuery(queries.run(runId));
  const branchId = branch ?? run.data?.current_branch_id;
  const timeline = useTimeline(runId, branchId);
  const events = timeline.data?.events;
  const definition = useDefinition(run.data);
  const trace = useMemo(
    () => (events ? buildTrace(runId, events, namesOf(definition)) : null),
    [runId, events, definition],
  );
  const last = events?.at(-1)?.seq ?? 1;
  const state = useQuery({
    ...stateAtQuery(runId, branchId ?? "", last),
    enabled: timeline.data?.complete ?? false,
  });
  const error = run.error ?? timeline.error ?? state.error;
  return { run: run.data, trace, events, state: state.data?.state, error };
}

export type Compared = ReturnType<typeof useCompared>;
