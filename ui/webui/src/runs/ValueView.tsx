import { useState } from "react";
import { isBranch } from "@/ui/json-rows";
import { JsonTree } from "@/ui/json-tree";

interface ValueViewProps {
  value: unknown;
  label: string;
  openLevels?: number;
  maxRows?: number;
}

/** A text longer than this does not fit into a row of the tree. */
const LONG = 48;

/** Any value. A long text is shown whole: the one that is selected, or the only one there is. */
export function ValueView({ value, label, openLevels = 1, maxRows = 14 }: ValueViewProps) {
  const [pointer, setPointer] = useState<string | null>(null);
  if (typeof value === "string") return <Whole text={value} label={label} />;
  const long = textsOf(value).filter(([, text]) => text.length > LONG);
  const only = long.length === 1 ? long[0] : undefined;
  const picked = long.find(([path]) => path === pointer) ?? (pointer === null ? only : undefined);
  return (
    <>
      <JsonTree
        value={value}
        label={label}
        openLevels={openLevels}
        maxRows={maxRows}
        selected={pointer}
        onSelect={setPointer}
      />
      {picked && <Whole text={picked[1]} label={`${label}: ${picked[0].slice(1)}`} />}
    </>
  );
}

const Whole = ({ text, label }: { text: string; label: string }) => (
  <section
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
    tabIndex={0}
    className="mt-1 max-h-64 overflow-auto whitespace-pre-wrap break-words rounded-md bg-sunken px-3 py-2 text-sm"
  >
    {text}
  </section>
);

const MOST = 2000;

/** All texts in a value, by JSON pointer. */
function textsOf(value: unknown): [string, string][] {
  const found: [string, string][] = [];
  const look = (item: unknown, pointer: string) => {
    if (found.length >= MOST) return;
    if (typeof item === "string") found.push([pointer, item]);
    else if (isBranch(item)) {
      for (const [key, below] of Object.entries(item))
        look(below, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    }
  };
  look(value, "");
  return found;
}
