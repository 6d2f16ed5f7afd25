import type { UseQueryResult } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CornerUpLeft } from "lucide-react";
import type { Run, WorkflowDetail } from "@/core/types";
import { Button } from "@/ui/button";
import { Id } from "@/ui/copy";
import { ErrorNote } from "@/ui/error";
import { Ago } from "@/ui/time";

const route = getRouteApi("/workflows/$workflowId/start");

interface StartNotesProps {
  workflow: WorkflowDetail;
  earlier: UseQueryResult<Run>;
}

/** Where the inputs come from, and which version it will be, where that is not the usual. */
export function StartNotes({ workflow, earlier }: StartNotesProps) {
  const { from } = route.useSearch();
  const navigate = route.useNavigate();
  const clear = () => void navigate({ search: (old) => ({ ...old, from: undefined }), replace: true });
  return (
    <>
      {workflow.version !== workflow.latest_version && (
        <p className="mb-4 text-sm">
          This starts version {workflow.version}, not the newest, which is {workflow.latest_version}.{" "}
          <Link from="/workflows/$workflowId/start" search={{}} className="link">
            Take the newest
          </Link>
        </p>
      )}
      {from && earlier.error && (
        <ErrorNote
          title="The inputs of that run could not be read"
          error={earlier.error}
          onRetry={() => void earlier.refetch()}
          className="mb-4"
        />
      )}
      {from && earlier.data && (
        <p className="mb-4 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm">
          <CornerUpLeft aria-hidden className="size-4 text-ink-2" />
          <span className="min-w-0 flex-1">
            With the inputs of{" "}
            <Link to="/runs/$runId" params={{ runId: from }} className="link">
              <Id id={from} />
            </Link>{" "}
            from <Ago at={earlier.data.created_at} />
          </span>
          <Button size="sm" kind="quiet" onClick={clear}>
            Begin empty
          </Button>
        </p>
      )}
    </>
  );
}
