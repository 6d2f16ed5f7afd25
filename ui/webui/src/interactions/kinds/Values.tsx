import { humanize } from "@/core/format";
import { JsonTree } from "@/ui/json-tree";

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value !== "object";

const wordOf = (value: string | number | boolean | null): string => {
  if (value === null || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
};

interface ValuesProps {
  value: unknown;
  label: string;
  /** What a name is called; default: the name itself, as words. */
  titleOf?: (name: string) => string;
}

/** A value to read: names and texts where it is flat, a tree where it is not. */
export function Values({ value, label, titleOf = humanize }: ValuesProps) {
  if (isPlain(value)) return <p className="whitespace-pre-line">{wordOf(value)}</p>;
  const entries = Object.entries(value as object) as [string, unknown][];
  if (
    Array.isArray(value) ||
    entries.length === 0 ||
    !entries.every(([, item]) => isPlain(item) || isTexts(item))
  )
    return <JsonTree value={value} label={label} />;
  return (
    <dl className="grid max-w-prose gap-x-6 gap-y-2 text-sm max-sm:gap-y-0 sm:grid-cols-[minmax(8rem,auto)_1fr]">
      {entries.map(([name, item]) => (
        <div key={name} className="contents">
          <dt className="text-ink-2">{titleOf(name)}</dt>
          <dd className="whitespace-pre-line max-sm:mb-2">{textOf(item)}</dd>
        </div>
      ))}
    </dl>
  );
}

const isTexts = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string" || typeof item === "number");

/** One line for a value inside a card or a list of facts. */
export function textOf(value: unknown): string {
  if (isPlain(value)) return wordOf(value);
  if (isTexts(value)) return value.join(", ") || "nothing";
  return JSON.stringify(value);
}
