import { AlignLeft, Save } from "lucide-react";
import { type ReactNode, useMemo, useRef } from "react";
import { useCommands } from "@/core/commands";
import type { JsonObject } from "@/core/types";
import { Button } from "@/ui/button";
import { CodeEditor } from "@/ui/code-editor";
import type { CodeHandle } from "@/ui/code-mirror";
import { ErrorNote } from "@/ui/error";
import { parseJson, prettyJson } from "@/ui/json-text";
import { CODE_TALL } from "@/workflows/code-style";
import { ProblemList } from "@/workflows/ProblemList";
import { type EditorProblem, useProblems } from "@/workflows/use-problems";

interface DefinitionEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  onSave: (definition: JsonObject) => void;
  isSaving: boolean;
  /** What the last attempt to save found, for this very text. */
  refused: readonly EditorProblem[];
  saveLabel: string;
  /** Beside the save button. */
  actions?: ReactNode;
  /** Above the editor. */
  children?: ReactNode;
}

/** A definition as JSON, with what the server says of it while it is written. */
export function DefinitionEditor(props: DefinitionEditorProps) {
  const { label, text, onChange, onSave, isSaving, refused, saveLabel, actions, children } = props;
  const editor = useRef<CodeHandle>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const checked = useProblems(text);
  const problems = refused.length > 0 ? refused : checked.problems;
  const marks = useMemo(
    () =>
      problems.flatMap(({ place, message, severity }) =>
        "pointer" in place ? [{ pointer: place.pointer, message, severity }] : [],
      ),
    [problems],
  );
  const save = () => {
    const hasErrors = checked.problems.some((problem) => problem.severity === "error");
    // What is found while it is still checked may be about what was typed before; the server looks again anyway.
    if (checked.definition && (checked.isChecking || !hasErrors)) onSave(checked.definition);
    else heading.current?.focus();
  };
  const tidy = () => {
    const parsed = parseJson(text);
    if (parsed.ok) onChange(prettyJson(parsed.value));
  };
  useCommands([
    { id: "definition:save", title: saveLabel, keys: "mod+s", run: save },
    { id: "definition:tidy", title: "Tidy up the JSON", keywords: "format indent", run: tidy },
  ]);
  return (
    <>
      {children}
      <div className="grid gap-x-6 gap-y-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <CodeEditor
            value={text}
            onChange={onChange}
            label={label}
            marks={marks}
            handle={editor}
            className={CODE_TALL}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" icon={<Save aria-hidden />} busy={isSaving} onClick={save}>
              {saveLabel}
            </Button>
            <Button icon={<AlignLeft aria-hidden />} disabled={!checked.definition} onClick={tidy}>
              Tidy up
            </Button>
            {actions}
          </div>
          <ProblemList
            problems={problems}
            isChecking={checked.isChecking && !isSaving}
            onReveal={(place) => editor.current?.reveal(place)}
            heading={heading}
          />
          {checked.error && (
            <ErrorNote
              title="It could not be checked"
              error={checked.error}
              onRetry={() => void checked.refetch()}
            />
          )}
        </div>
      </div>
    </>
  );
}
