import { Sparkles } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useRef, useState } from "react";
import type { FieldProblem } from "@/core/errors";
import type { JsonObject } from "@/core/types";
import { problemsOf } from "@/forms/schema-check";
import { defaultsOf, exampleOf } from "@/forms/schema-example";
import { Button } from "@/ui/button";
import { CodeEditor } from "@/ui/code-editor";
import type { CodeHandle } from "@/ui/code-mirror";
import { parseJson, prettyJson } from "@/ui/json-text";

interface JsonStartProps {
  id: string;
  schema: JsonObject;
  value: unknown;
  /** Of the server. */
  problems: readonly FieldProblem[];
  onChange: (value: unknown) => void;
  /** Whether the text is JSON. */
  onReadable: (readable: boolean) => void;
  onSubmit: (value: unknown) => void;
  children: ReactNode;
}

/** The inputs as JSON; checked against the schema when they are sent. */
export function JsonStart(props: JsonStartProps) {
  const { id, schema, value, onChange, onReadable, onSubmit, children } = props;
  const [text, setText] = useState(() => prettyJson(value ?? defaultsOf(schema)));
  const [found, setFound] = useState<readonly FieldProblem[]>([]);
  const editor = useRef<CodeHandle>(null);
  const parsed = useMemo(() => parseJson(text), [text]);
  const problems = found.length > 0 ? found : props.problems;
  const marks = useMemo(
    () => problems.map((problem) => ({ ...problem, severity: "error" as const })),
    [problems],
  );
  const change = (next: string) => {
    setText(next);
    setFound([]);
    const read = parseJson(next);
    onReadable(read.ok);
    if (read.ok) onChange(read.value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.ok) {
      editor.current?.reveal({ offset: parsed.offset });
      return;
    }
    const misfits = problemsOf(schema, parsed.value);
    setFound(misfits);
    if (misfits[0]) editor.current?.reveal({ pointer: misfits[0].pointer });
    else onSubmit(parsed.value);
  };
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <CodeEditor
        value={text}
        onChange={change}
        label="Inputs as JSON"
        marks={marks}
        invalid={!parsed.ok || problems.length > 0}
        handle={editor}
        className="[--code-min:14rem]"
      />
      <Button
        size="sm"
        className="self-start"
        icon={<Sparkles aria-hidden />}
        onClick={() => change(prettyJson(exampleOf(schema) ?? {}))}
      >
        Put an example in
      </Button>
      {!parsed.ok && (
        <p role="status" className="text-bad text-sm">
          {parsed.message}
        </p>
      )}
      {parsed.ok && problems.length > 0 && (
        <ul aria-label="Problems" className="flex flex-col gap-1 text-sm">
          {problems.map((problem) => (
            <li key={problem.pointer + problem.message}>
              <button
                type="button"
                onClick={() => editor.current?.reveal({ pointer: problem.pointer })}
                className="min-h-6 rounded text-left text-bad hover:underline"
              >
                <code className="font-mono">{problem.pointer || "/"}</code>: {problem.message}
              </button>
            </li>
          ))}
        </ul>
      )}
      {children}
    </form>
  );
}
