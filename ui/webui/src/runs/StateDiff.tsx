import { Minus, MoveVertical, Pencil, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { type Change, pathText } from "@/runs/state-diff";
import { cn } from "@/ui/cn";
import { isBranch, summaryOf } from "@/ui/json-rows";

const OPS = {
  add: { icon: Plus, word: "added", look: "text-ok" },
  remove: { icon: Minus, word: "removed", look: "text-bad" },
  replace: { icon: Pencil, word: "changed", look: "text-machine" },
  move: { icon: MoveVertical, word: "moved", look: "text-ink-2" },
} as const;
const MOST = 200;

interface StateDiffProps {
  changes: readonly Change[];
  /** Who made a change, at the end of its row. */
  extra?: (change: Change) => ReactNode;
  none?: string;
}

/** Differences of two states, a row each. */
export function StateDiff({ changes, extra, none = "It wrote what was there already." }: StateDiffProps) {
  if (changes.length === 0) return <p className="text-ink-2 text-sm">{none}</p>;
  return (
    <ul
      aria-label="Changes"
      className="mt-1 overflow-hidden rounded-md border border-line bg-surface text-xs"
    >
      {changes.slice(0, MOST).map((change) => (
        <Row key={`${change.op} ${pathText(change.path)}`} change={change} extra={extra?.(change)} />
      ))}
      {changes.length > MOST && <li className="px-3 py-1.5 text-ink-2">and {changes.length - MOST} more</li>}
    </ul>
  );
}

function Row({ change, extra }: { change: Change; extra: ReactNode }) {
  const { icon: Icon, word, look } = OPS[change.op];
  return (
    <li className="flex items-start gap-2 border-line px-3 py-1.5 not-last:border-b">
      <Icon aria-hidden className={cn("mt-0.5 size-3.5 shrink-0", look)} />
      <span className="sr-only">{word}:</span>
      <span className="min-w-0 flex-1 break-words font-mono">
        <span className="font-semibold">{pathText(change.path) || "all of it"}</span>{" "}
        {change.op === "move" && <span>to place {String(change.after)}</span>}
        {change.before !== undefined && <Value value={change.before} className="bg-bad-soft text-bad" />}{" "}
        {change.op !== "move" && change.after !== undefined && (
          <Value value={change.after} className="bg-ok-soft text-ok" />
        )}
      </span>
      {extra}
    </li>
  );
}

const LONG = 240;

function Value({ value, className }: { value: unknown; className: string }) {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= LONG) return <span className={cn("rounded px-1", className)}>{text}</span>;
  return (
    <details className="inline">
      <summary className={cn("inline-block min-h-6 rounded px-1", className)}>
        {isBranch(value) ? summaryOf(value) : `${text.slice(0, 80)}…`}
      </summary>
      <pre className="mt-1 max-h-72 overflow-auto whitespace-pre-wrap rounded bg-sunken p-2">
        {isBranch(value) ? JSON.stringify(value, null, 2) : String(value)}
      </pre>
    </details>
  );
}
