import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { stateAtQuery } from "@/runs/run-queries";
import { StateDiff } from "@/runs/StateDiff";
import { diffStates } from "@/runs/state-diff";
import { ErrorNote } from "@/ui/error";
import { SkeletonRows } from "@/ui/skeleton";

interface StateDeltaProps {
  runId: string;
  branchId: string;
  seq: number;
}

/** What one event changed in the state. */
export function StateDelta({ runId, branchId, seq }: StateDeltaProps) {
  const before = Math.max(1, seq - 1);
  const [left, right] = useQueries({
    queries: [stateAtQuery(runId, branchId, before), stateAtQuery(runId, branchId, seq)],
  });
  const from = seq === 1 ? EMPTY : left.data?.state;
  const to = right.data?.state;
  const changes = useMemo(() => (from && to ? diffStates(from, to) : null), [from, to]);
  const error = left.error ?? right.error;
  if (error) return <ErrorNote title="The state could not be read" error={error} />;
  return changes ? <StateDiff changes={changes} /> : <SkeletonRows rows={2} />;
}

/** Before the first event there is no state. */
const EMPTY = {};
