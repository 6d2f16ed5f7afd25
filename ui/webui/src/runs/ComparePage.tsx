import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { CompareHead } from "@/runs/CompareHead";
import { CompareSteps } from "@/runs/CompareSteps";
import { StateDiff } from "@/runs/StateDiff";
import { diffStates } from "@/runs/state-diff";
import { useCompared } from "@/runs/use-compared";
import { ErrorNote } from "@/ui/error";
import { Crumbs, Page } from "@/ui/page";
import { SkeletonRows } from "@/ui/skeleton";

const route = getRouteApi("/runs/$runId/compare/$otherId");

/** Two runs, or two branches of one: what each did, how long it took, and how their states differ. */
export default function ComparePage() {
  const { runId, otherId } = route.useParams();
  const isBranch = otherId.startsWith("br_");
  const left = useCompared(runId, undefined);
  const right = useCompared(isBranch ? runId : otherId, isBranch ? otherId : undefined);
  const changes = useMemo(
    () => (left.state && right.state ? diffStates(left.state, right.state) : null),
    [left.state, right.state],
  );
  const error = left.error ?? right.error;
  return (
    <Page
      title={isBranch ? "Two branches side by side" : "Two runs side by side"}
      crumbs={
        <Crumbs
          items={[
            {
              key: "runs",
              label: (
                <Link to="/runs" className="hover:underline">
                  Runs
                </Link>
              ),
            },
            {
              key: "run",
              label: (
                <Link
                  to="/runs/$runId"
                  params={{ runId }}
                  className="inline-flex min-h-6 items-center hover:underline"
                >
                  {left.run?.workflow_name ?? runId}
                </Link>
              ),
            },
          ]}
        />
      }
    >
      {error && <ErrorNote title="One of the two could not be read" error={error} className="mb-4" />}
      {left.trace && right.trace ? (
        <>
          <CompareHead left={left} right={right} branch={isBranch ? otherId : undefined} />
          <h2 className="mt-8 mb-2 text-lg">Steps and times</h2>
          <CompareSteps left={left.trace} right={right.trace} />
          <h2 className="mt-8 mb-2 text-lg">State, from the left to the right</h2>
          {changes ? (
            <StateDiff changes={changes} none="Both have the same state." />
          ) : (
            !error && <SkeletonRows rows={3} />
          )}
        </>
      ) : (
        !error && <SkeletonRows />
      )}
    </Page>
  );
}
