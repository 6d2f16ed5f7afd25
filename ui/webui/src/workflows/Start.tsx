import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useCommands } from "@/core/commands";
import type { WorkflowDetail } from "@/core/types";
import { SchemaForm } from "@/forms/SchemaForm";
import { Segmented } from "@/ui/segmented";
import { asksInputs, inputsOf } from "@/workflows/definition-parts";
import { EarlierInputs } from "@/workflows/EarlierInputs";
import { fitInputs } from "@/workflows/earlier-inputs";
import { JsonStart } from "@/workflows/JsonStart";
import { StartButton } from "@/workflows/StartButton";
import { useStart } from "@/workflows/use-start";

const route = getRouteApi("/workflows/$workflowId/start");
const FORM = "start-form";

interface StartProps {
  workflow: WorkflowDetail;
  /** What it begins with. */
  payload: unknown;
}

/** The inputs in one of two forms, which show the same value. */
export function Start({ workflow, payload }: StartProps) {
  const { as, v } = route.useSearch();
  const navigate = route.useNavigate();
  const start = useStart(workflow.workflow_id, v);
  const schema = inputsOf(workflow.definition);
  // What a form begins with, when it is shown; it keeps what is typed itself.
  const [fitted] = useState(() => fitInputs(payload, schema));
  const [initial, setInitial] = useState(fitted.value);
  const [typed, setTyped] = useState(fitted.value);
  const [unread, setUnread] = useState(false);
  const begin = (value: unknown) => {
    if (!start.isPending) start.mutate(value ?? {});
  };
  const show = (next: "form" | "json") => {
    if (next === "form" && unread) return;
    start.reset();
    setInitial(typed);
    void navigate({ search: (old) => ({ ...old, as: next === "json" ? next : undefined }), replace: true });
  };
  useCommands([
    {
      id: "start:run",
      title: "Start the run",
      keys: "mod+Enter",
      run: () => (document.getElementById(FORM) as HTMLFormElement | null)?.requestSubmit(),
    },
  ]);
  const problems = start.problems;
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center gap-2">
        <Segmented
          label="Inputs as"
          value={as ?? "form"}
          onChange={show}
          choices={{ form: "Form", json: "JSON" }}
        />
        <EarlierInputs workflowId={workflow.workflow_id} />
      </div>
      {fitted.dropped.length > 0 && (
        <p className="mb-4 text-sm">
          Left out, because this version does not ask for it:{" "}
          <code className="break-words font-mono">{fitted.dropped.join(", ")}</code>
        </p>
      )}
      {as === "json" ? (
        <JsonStart
          id={FORM}
          schema={schema}
          value={initial}
          problems={problems}
          onChange={setTyped}
          onReadable={(readable) => setUnread(!readable)}
          onSubmit={begin}
        >
          <StartButton start={start} />
        </JsonStart>
      ) : (
        <SchemaForm
          id={FORM}
          schema={schema}
          value={initial}
          onChange={setTyped}
          onSubmit={begin}
          problems={problems}
          pointerPrefix=""
        >
          {!asksInputs(schema) && (
            <p className="text-ink-2 text-sm">It needs nothing to start with. Press Start.</p>
          )}
          <StartButton start={start} />
        </SchemaForm>
      )}
    </>
  );
}
