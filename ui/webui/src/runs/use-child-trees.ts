import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/core/query";
import { timelineQuery } from "@/runs/timeline";
import { buildTrace } from "@/runs/trace";
import type { TraceNames, TraceNode } from "@/runs/trace-types";

/** The traces of child runs whose rows are open, by run id, as far as they were read. */
export function useChildTrees(runIds: readonly string[], names: TraceNames): ReadonlyMap<string, TraceNode> {
  const runs = useQueries({ queries: runIds.map((id) => queries.run(id)) });
  const known = runs.flatMap((query) => query.data ?? []);
  const timelines = useQueries({
    queries: known.map((run) => timelineQuery(run.workflow_run_id, run.current_branch_id)),
  });
  const logs = known.map((run, index) => ({
    id: run.workflow_run_id,
    events: timelines[index]?.data?.events,
  }));
  // One entry a log: the trees are made again when one of them has grown.
  const shape = logs.map((log) => `${log.id}:${log.events?.length ?? 0}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says when the logs are others
  return useMemo(
    () =>
      new Map(
        logs.flatMap((log) => (log.events ? [[log.id, buildTrace(log.id, log.events, names)] as const] : [])),
      ),
    [shape, names],
  );
}
