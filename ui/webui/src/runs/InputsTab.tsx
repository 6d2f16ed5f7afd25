import { Link } from "@tanstack/react-router";
import { Terminal } from "lucide-react";
import { copyStartCurl } from "@/runs/run-actions";
import { useRunModel } from "@/runs/run-model";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Empty } from "@/ui/empty";
import { isBranch } from "@/ui/json-rows";
import { JsonTree } from "@/ui/json-tree";

/** What the run was started with, and by which definition it goes. */
export function InputsTab() {
  const { run } = useRunModel();
  const payload = run.payload;
  const isEmpty = payload === null || (isBranch(payload) && Object.keys(payload).length === 0);
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <section aria-label="Definition" className="text-sm">
        <h2 className="text-lg">Definition</h2>
        <p className="mt-1">
          <Link
            to="/workflows/$workflowId"
            params={{ workflowId: run.workflow_id }}
            search={{ v: run.version }}
            className="link"
          >
            {run.workflow_name}, version {run.version}
          </Link>
          <span className="text-ink-2">. The run keeps to this version, whatever is saved later.</span>
        </p>
      </section>
      <section aria-label="Started with">
        <div className="mb-1 flex items-center gap-2">
          <h2 className="text-lg">Started with</h2>
          <CopyButton text={JSON.stringify(payload, null, 2)} label="Copy what it was started with" />
        </div>
        {isEmpty ? (
          <Empty title="It was started without inputs" className="py-6" />
        ) : (
          <JsonTree value={payload} label="What the run was started with" openLevels={4} />
        )}
        {!run.sub_action_id && (
          <Button
            size="sm"
            icon={<Terminal aria-hidden />}
            className="mt-3"
            onClick={() => copyStartCurl(run)}
          >
            Copy its start as curl
          </Button>
        )}
      </section>
      {run.output !== null && (
        <section aria-label="Output">
          <div className="mb-1 flex items-center gap-2">
            <h2 className="text-lg">Output</h2>
            <CopyButton text={JSON.stringify(run.output, null, 2)} label="Copy output" />
          </div>
          <JsonTree value={run.output} label="Output" openLevels={1} />
        </section>
      )}
    </div>
  );
}
