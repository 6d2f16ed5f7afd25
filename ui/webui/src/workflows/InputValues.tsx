import type { JsonObject } from "@/core/types";
import { prettyJson } from "@/ui/json-text";

interface InputValuesProps {
  values: JsonObject;
  label: string;
}

/** What a module is given: texts as they are, with their lines, all else as JSON. */
export function InputValues({ values, label }: InputValuesProps) {
  const entries = Object.entries(values);
  if (entries.length === 0) return <p className="text-ink-2">Nothing.</p>;
  return (
    <dl aria-label={label} className="flex flex-col gap-2">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <code className="font-mono text-ink-2 text-xs">{name}</code>
          </dt>
          <dd>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
              tabIndex={0}
              className="max-h-60 overflow-auto whitespace-pre-wrap break-words rounded-sm bg-sunken px-2 py-1 font-mono text-xs"
            >
              {typeof value === "string" ? value : prettyJson(value)}
            </pre>
          </dd>
        </div>
      ))}
    </dl>
  );
}
