import { Link } from "@tanstack/react-router";
import { Braces, Copy, Download } from "lucide-react";
import { useMemo } from "react";
import type { WorkflowDetail } from "@/core/types";
import { Button, buttonStyle } from "@/ui/button";
import { CodeEditor } from "@/ui/code-editor";
import { copyText } from "@/ui/copy";
import { downloadText } from "@/ui/download";
import { prettyJson } from "@/ui/json-text";
import { CODE_TALL } from "@/workflows/code-style";

/** The whole definition, to read and to take along. */
export function DefinitionTab({ workflow }: { workflow: WorkflowDetail }) {
  const text = useMemo(() => prettyJson(workflow.definition), [workflow.definition]);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <p className="min-w-52 flex-1 text-ink-2 text-sm">
          Version {workflow.version}, with every file that it refers to put in its place.
        </p>
        <Button size="sm" icon={<Copy aria-hidden />} onClick={() => void copyText(text, "The definition")}>
          Copy
        </Button>
        <Button
          size="sm"
          icon={<Download aria-hidden />}
          onClick={() => downloadText(`${workflow.workflow_id}.v${workflow.version}.json`, text)}
        >
          Download
        </Button>
        <Link
          to="/workflows/$workflowId/definition"
          params={{ workflowId: workflow.workflow_id }}
          className={buttonStyle({ size: "sm" })}
        >
          <Braces aria-hidden />
          Edit
        </Link>
      </div>
      <CodeEditor value={text} readOnly label={`Definition of ${workflow.name}`} className={CODE_TALL} />
    </>
  );
}
