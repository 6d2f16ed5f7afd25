import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { CodeEditor } from "@/ui/code-editor";

/** For what the schema leaves open: any JSON, kept as typed until it can be read. */
export function JsonField({
  schema,
  formData,
  onChange,
  fieldPathId,
  title,
  name,
  disabled,
  readonly,
}: FieldProps) {
  const [text, setText] = useState(() => (formData === undefined ? "" : JSON.stringify(formData, null, 2)));
  const [problem, setProblem] = useState<string | null>(null);
  const label = schema.title ?? title ?? name ?? "Value";
  const change = (next: string) => {
    setText(next);
    try {
      const value: unknown = next.trim() === "" ? undefined : JSON.parse(next);
      setProblem(null);
      onChange(value, fieldPathId.path);
    } catch {
      setProblem("This is no JSON yet. Texts need double quotes.");
    }
  };
  return (
    <div className="flex flex-col gap-1">
      <CodeEditor
        label={`${label} (JSON)`}
        value={text}
        onChange={change}
        readOnly={Boolean(disabled || readonly)}
        invalid={problem !== null}
      />
      {problem && <p className="text-bad text-xs">{problem}</p>}
    </div>
  );
}
