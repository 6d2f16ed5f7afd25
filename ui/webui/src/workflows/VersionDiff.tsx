import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queries } from "@/core/query";
import { QueryState } from "@/ui/query-state";
import { SkeletonRows } from "@/ui/skeleton";

const DiffView = lazy(() => import("@/workflows/DiffView"));

interface VersionDiffProps {
  workflowId: string;
  older: number;
  newer: number;
}

/** Versions never change, so each is read once. */
const whole = (workflowId: string, version: number) => ({
  ...queries.workflow(workflowId, version),
  staleTime: Number.POSITIVE_INFINITY,
});

export function VersionDiff({ workflowId, older, newer }: VersionDiffProps) {
  const before = useQuery(whole(workflowId, older));
  const after = useQuery(whole(workflowId, newer));
  return (
    <QueryState query={before} failed={`Version ${older} could not be read`}>
      {(first) => (
        <QueryState query={after} failed={`Version ${newer} could not be read`}>
          {(second) => (
            <Suspense fallback={<SkeletonRows rows={3} />}>
              <DiffView before={first.definition} after={second.definition} />
            </Suspense>
          )}
        </QueryState>
      )}
    </QueryState>
  );
}
