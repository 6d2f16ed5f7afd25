import { Link } from "@tanstack/react-router";
import type { WorkflowDetail } from "@/core/types";
import { CopyButton } from "@/ui/copy";
import { Badge } from "@/ui/status";
import { Ago } from "@/ui/time";
import { saverOf } from "@/workflows/definition-parts";

/** Which version this is, and who saved it when. */
export function VersionLine({ workflow }: { workflow: WorkflowDetail }) {
  const isNewest = workflow.version === workflow.latest_version;
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <span className="inline-flex items-center gap-0.5 font-mono text-[0.92em]">
        {workflow.workflow_id}
        <CopyButton text={workflow.workflow_id} label="Copy the workflow's id" />
      </span>
      <span>
        Version {workflow.version}
        {workflow.label && ` (“${workflow.label}”)`}
        {isNewest ? "" : ` of ${workflow.latest_version}`}
      </span>
      <span>
        saved <Ago at={workflow.saved_at} /> by {saverOf(workflow.saved_by)}
      </span>
      {!isNewest && (
        <>
          <Badge tone="machine">older version</Badge>
          <Link
            to="/workflows/$workflowId"
            params={{ workflowId: workflow.workflow_id }}
            search={{}}
            className="link"
          >
            Go to the newest
          </Link>
        </>
      )}
    </span>
  );
}
