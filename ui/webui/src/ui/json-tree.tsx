import { ChevronRight } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { cn } from "@/ui/cn";
import { isBranch, type JsonRow, jsonRows, summaryOf } from "@/ui/json-rows";
import { Tree } from "@/ui/tree";

interface JsonTreeProps {
  value: unknown;
  label: string;
  /** Levels that are open at first. */
  openLevels?: number;
  /** Rows in sight before it scrolls. */
  maxRows?: number;
  className?: string;
  /** Something at the end of a row, e.g. who wrote it. */
  extra?: (row: JsonRow) => ReactNode;
  selected?: string | null;
  onSelect?: (pointer: string) => void;
}

const ROW = 24;

/** Any JSON value, to look at; arrows open and close. */
export function JsonTree(props: JsonTreeProps) {
  const { value, label, openLevels = 2, maxRows = 24, className, extra, selected, onSelect } = props;
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [own, setOwn] = useState<string | null>(null);
  const rows = useMemo(
    () => jsonRows(value, (pointer, level) => level < openLevels + 1 !== turned.has(pointer)),
    [value, openLevels, turned],
  );
  const toggle = (row: JsonRow) =>
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(row.pointer)) next.add(row.pointer);
      return next;
    });
  return (
    <div
      style={{ height: Math.min(rows.length, maxRows) * ROW + 2 }}
      className={cn("flex flex-col", className)}
    >
      <Tree
        rows={rows}
        label={label}
        rowHeight={ROW}
        selected={selected === undefined ? own : selected}
        onSelect={(row) => (onSelect ? onSelect(row.key) : setOwn(row.key))}
        onToggle={toggle}
        className="flex-1"
        render={(row) => <Row row={row} onToggle={() => toggle(row)} extra={extra?.(row)} />}
      />
    </div>
  );
}

function Row({ row, onToggle, extra }: { row: JsonRow; onToggle: () => void; extra: ReactNode }) {
  return (
    <div
      className="flex h-full items-center gap-1 whitespace-nowrap pr-2 font-mono text-xs"
      style={{ paddingLeft: (row.level - 1) * 16 + 2 }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the tree has the keys */}
      <span
        className="flex size-5 shrink-0 items-center justify-center"
        onClick={row.expanded === undefined ? undefined : onToggle}
      >
        {row.expanded !== undefined && (
          <ChevronRight
            aria-hidden
            className={cn("size-3.5 text-ink-3 transition-transform", row.expanded && "rotate-90")}
          />
        )}
      </span>
      {row.name && <span className="text-ink-2">{row.name}:</span>}
      <JsonValue value={row.value} open={row.expanded === true} />
      {extra && <span className="ml-auto pl-3">{extra}</span>}
    </div>
  );
}

/** A value on one line, coloured by its type. */
export function JsonValue({ value, open = false }: { value: unknown; open?: boolean }) {
  if (isBranch(value))
    return <span className="text-ink-3">{open ? (Array.isArray(value) ? "[" : "{") : summaryOf(value)}</span>;
  if (typeof value === "string") return <span className="text-ok">{JSON.stringify(value)}</span>;
  if (typeof value === "number") return <span className="text-machine">{String(value)}</span>;
  return <span className="text-nest">{String(value)}</span>;
}
