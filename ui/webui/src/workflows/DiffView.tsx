import { ArrowUpDown, type LucideIcon, Minus, Pencil, Plus } from "lucide-react";
import { useMemo } from "react";
import { plural } from "@/core/format";
import type { JsonObject } from "@/core/types";
import { cn } from "@/ui/cn";
import { prettyJson } from "@/ui/json-text";
import { TONE_TEXT, type Tone } from "@/ui/status";
import { type Change, diffDefinitions } from "@/workflows/definition-diff";
import { diffLines, type Line } from "@/workflows/line-diff";

interface DiffViewProps {
  before: JsonObject;
  after: JsonObject;
}

/** Every difference with its place. Import it lazily: it brings jsondiffpatch. */
export default function DiffView({ before, after }: DiffViewProps) {
  const changes = useMemo(() => diffDefinitions(before, after), [before, after]);
  if (changes.length === 0) return <p className="text-ink-2 text-sm">Nothing: their content is the same.</p>;
  return (
    <>
      <p className="mb-3 text-ink-2 text-sm">{plural(changes.length, "difference")}</p>
      <ul aria-label="Differences" className="flex flex-col gap-3">
        {changes.map((change) => (
          <ChangeCard key={`${change.op} ${change.path.join("/")}`} change={change} />
        ))}
      </ul>
    </>
  );
}

const LOOK: Record<Change["op"], { icon: LucideIcon; word: string; tone: Tone }> = {
  added: { icon: Plus, word: "Added", tone: "ok" },
  removed: { icon: Minus, word: "Removed", tone: "bad" },
  changed: { icon: Pencil, word: "Changed", tone: "machine" },
  moved: { icon: ArrowUpDown, word: "Moved", tone: "muted" },
};

function ChangeCard({ change }: { change: Change }) {
  const { icon: Icon, word, tone } = LOOK[change.op];
  const lines = linesOf(change);
  return (
    <li className="overflow-hidden rounded-md border border-line bg-surface">
      <p className="flex flex-wrap items-center gap-x-2 px-3 py-2 text-sm">
        <span className={cn("inline-flex items-center gap-1.5 font-medium", TONE_TEXT[tone])}>
          <Icon aria-hidden className="size-4" />
          {word}
        </span>
        <span className="min-w-0 break-words font-mono text-xs">{change.path.join(" › ")}</span>
      </p>
      {lines.length > 0 && (
        <pre className="max-h-[30rem] overflow-auto border-line border-t py-1 font-mono text-xs">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else, and do not move
            <DiffLine key={index} line={line} />
          ))}
        </pre>
      )}
    </li>
  );
}

const MARK: Record<Line["kind"], string> = { same: " ", removed: "-", added: "+", gap: "⋯" };
const LINE_STYLE: Record<Line["kind"], string> = {
  same: "text-ink-2",
  removed: "bg-bad-soft",
  added: "bg-ok-soft",
  gap: "text-ink-3 italic",
};
const READ_OUT: Record<Line["kind"], string> = { same: "", removed: "removed: ", added: "added: ", gap: "" };

const DiffLine = ({ line }: { line: Line }) => (
  <div className={cn("grid grid-cols-[1.5rem_minmax(0,1fr)] px-2", LINE_STYLE[line.kind])}>
    <span aria-hidden className="select-none">
      {MARK[line.kind]}
    </span>
    <span className="whitespace-pre-wrap break-words">
      <span className="sr-only">{READ_OUT[line.kind]}</span>
      {line.text}
    </span>
  </div>
);

/** The value before and after as lines; texts as they are, all else as JSON. */
function linesOf(change: Change): Line[] {
  if (change.op === "moved") return [];
  if (change.op === "added")
    return textOf(change.after)
      .split("\n")
      .map((text) => ({ kind: "added", text }));
  if (change.op === "removed")
    return textOf(change.before)
      .split("\n")
      .map((text) => ({ kind: "removed", text }));
  return diffLines(textOf(change.before), textOf(change.after));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : prettyJson(value));
