import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isApiError } from "@/core/errors";
import { keys, queries } from "@/core/query";
import type { WorkflowDetail } from "@/core/types";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { prettyJson } from "@/ui/json-text";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { toast } from "@/ui/toast";
import { ConflictNote } from "@/workflows/ConflictNote";
import { DefinitionEditor } from "@/workflows/DefinitionEditor";
import { FolderNote, KeptNote } from "@/workflows/EditorNotes";
import { refusedProblems } from "@/workflows/refused";
import { forgetDraft, useDraft } from "@/workflows/use-draft";
import { useSaveWorkflow } from "@/workflows/use-save-workflow";
import { WorkflowCrumbs } from "@/workflows/WorkflowCrumbs";

const route = getRouteApi("/workflows/$workflowId/definition");

/** Changes a workflow by its JSON. Saving makes a new version. */
export default function DefinitionPage() {
  const { workflowId } = route.useParams();
  const query = useQuery({ ...queries.workflow(workflowId), refetchOnWindowFocus: false });
  const [round, setRound] = useState(0);
  const name = query.data?.name ?? workflowId;
  return (
    <Page title={`Edit ${name}`} crumbs={<WorkflowCrumbs of={{ id: workflowId, name }} />}>
      <QueryState query={query} failed="The workflow could not be read">
        {(found) => (
          <Editor key={`${workflowId} ${round}`} newest={found} onReload={() => setRound((old) => old + 1)} />
        )}
      </QueryState>
    </Page>
  );
}

interface EditorProps {
  newest: WorkflowDetail;
  /** Begins anew with what the server has. */
  onReload: () => void;
}

function Editor({ newest, onReload }: EditorProps) {
  // What was read first stays the base: that somebody saved meanwhile is told when saving, not by taking text away.
  const [workflow] = useState(newest);
  const id = workflow.workflow_id;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [saved] = useState({ text: prettyJson(workflow.definition), basedOn: workflow.latest_version });
  const { draft, change, discard, isChanged, isKept } = useDraft(id, saved);
  const versions = useInfiniteQuery(queries.versions(id));
  const save = useSaveWorkflow({
    onSaved: (done) => {
      forgetDraft(id);
      if (done.version === draft.basedOn) toast.info(`Version ${done.version} has this content already`);
      else toast.ok(`Version ${done.version} is saved`);
      void navigate({ to: "/workflows/$workflowId", params: { workflowId: id } });
    },
  });
  const conflict = isApiError(save.error, "workflow_changed") ? save.error : null;
  const refused = refusedProblems(save.error);
  const takeTheirs = async () => {
    forgetDraft(id);
    await client.invalidateQueries({ queryKey: keys.workflow(id) });
    onReload();
  };
  const fromFolder = versions.data?.pages[0]?.items.some((item) => item.saved_by === "files") ?? false;
  return (
    <DefinitionEditor
      label={`Definition of ${workflow.name}`}
      text={draft.text}
      onChange={(text) => {
        if (save.error) save.reset();
        change({ ...draft, text });
      }}
      onSave={(definition) => save.mutate({ workflowId: id, definition, basedOn: draft.basedOn })}
      isSaving={save.isPending}
      refused={refused}
      saveLabel={workflow.archived ? "Save and bring back" : "Save as a new version"}
      actions={
        isChanged && (
          <Button kind="quiet" onClick={discard}>
            Give the changes up
          </Button>
        )
      }
    >
      {fromFolder && <FolderNote />}
      {isKept && isChanged && !conflict && <KeptNote onDiscard={discard} />}
      {conflict && (
        <ConflictNote
          workflowId={id}
          error={conflict}
          basedOn={draft.basedOn}
          busy={save.isPending}
          onSaveAnyway={(latest) => {
            change({ ...draft, basedOn: latest });
            save.mutate({ workflowId: id, definition: JSON.parse(draft.text), basedOn: latest });
          }}
          onTakeTheirs={() => void takeTheirs()}
        />
      )}
      {save.error && !conflict && refused.length === 0 && (
        <ErrorNote title="It was not saved; your text is still here" error={save.error} className="mb-4" />
      )}
    </DefinitionEditor>
  );
}
