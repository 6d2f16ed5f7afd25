import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isApiError } from "@/core/errors";
import { queries } from "@/core/query";
import type { JsonObject } from "@/core/types";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { prettyJson } from "@/ui/json-text";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { toast } from "@/ui/toast";
import { DefinitionEditor } from "@/workflows/DefinitionEditor";
import { KeptNote } from "@/workflows/EditorNotes";
import { NEW_DEFINITION } from "@/workflows/new-definition";
import { refusedProblems } from "@/workflows/refused";
import { forgetDraft, useDraft } from "@/workflows/use-draft";
import type { EditorProblem } from "@/workflows/use-problems";
import { useSaveWorkflow } from "@/workflows/use-save-workflow";
import { WorkflowCrumbs } from "@/workflows/WorkflowCrumbs";

const route = getRouteApi("/workflows/_new");

/** A workflow from its JSON: from a small one that works, or from a copy of another. */
export default function NewWorkflowPage() {
  const { from } = route.useSearch();
  const source = useQuery({ ...queries.workflow(from ?? ""), enabled: from !== undefined });
  return (
    <Page
      title="New workflow"
      crumbs={<WorkflowCrumbs />}
      subtitle="As JSON. What is written here is kept in this tab until it is saved."
    >
      {from === undefined ? (
        <NewEditor start={NEW_DEFINITION} />
      ) : (
        <QueryState query={source} failed="The workflow to copy could not be read">
          {(found) => <NewEditor key={from} start={copyOf(found.definition)} />}
        </QueryState>
      )}
    </Page>
  );
}

const copyOf = (definition: JsonObject): JsonObject => ({
  ...definition,
  workflow_id: `${String(definition.workflow_id)}_copy`,
  name: `Copy of ${String(definition.name)}`,
});

function NewEditor({ start }: { start: JsonObject }) {
  const navigate = useNavigate();
  const [saved] = useState({ text: prettyJson(start), basedOn: 0 });
  const { draft, change, discard, isChanged, isKept } = useDraft(null, saved);
  const save = useSaveWorkflow({
    onSaved: (done) => {
      forgetDraft(null);
      toast.ok(`${done.name} is saved`);
      void navigate({ to: "/workflows/$workflowId", params: { workflowId: done.workflow_id } });
    },
  });
  const taken = isApiError(save.error, "workflow_exists") ? save.error : null;
  const refused = taken ? [TAKEN] : refusedProblems(save.error);
  return (
    <DefinitionEditor
      label="Definition of the new workflow"
      text={draft.text}
      onChange={(text) => {
        if (save.error) save.reset();
        change({ ...draft, text });
      }}
      onSave={(definition) => save.mutate({ workflowId: null, definition })}
      isSaving={save.isPending}
      refused={refused}
      saveLabel="Save the workflow"
      actions={
        isChanged && (
          <Button kind="quiet" onClick={discard}>
            Begin anew
          </Button>
        )
      }
    >
      {isKept && isChanged && <KeptNote onDiscard={discard} />}
      {taken && <TakenNote workflowId={String(taken.facts.workflow_id)} />}
      {save.error && !taken && refused.length === 0 && (
        <ErrorNote title="It was not saved; your text is still here" error={save.error} className="mb-4" />
      )}
    </DefinitionEditor>
  );
}

const TAKEN: EditorProblem = {
  severity: "error",
  message: "Another workflow has this id. Choose a different one.",
  place: { pointer: "/workflow_id" },
};

const TakenNote = ({ workflowId }: { workflowId: string }) => (
  <p role="alert" className="mb-4 rounded-md border border-bad/35 bg-bad-soft p-4 text-sm">
    There is a workflow with the id <code className="font-mono">{workflowId}</code> already.{" "}
    <Link to="/workflows/$workflowId/definition" params={{ workflowId }} className="link">
      Change that one
    </Link>{" "}
    instead, or choose another id for this one.
  </p>
);
