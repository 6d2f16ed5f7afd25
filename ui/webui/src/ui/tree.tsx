import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { cn } from "@/ui/cn";
import { type TreeRow, treeMove } from "@/ui/tree-keys";

export type { TreeRow } from "@/ui/tree-keys";

interface TreeProps<T extends TreeRow> {
  /** The rows in sight, in order: what is below a closed row is left out by the caller. */
  rows: readonly T[];
  label: string;
  rowHeight: number;
  selected: string | null;
  onSelect: (row: T) => void;
  onToggle: (row: T) => void;
  /** Enter. */
  onActivate?: (row: T) => void;
  /** The content of a row; the tree gives indentation to nobody, so columns can align. */
  render: (row: T, state: { selected: boolean }) => ReactNode;
  className?: string;
  rowClassName?: (row: T) => string | undefined;
}

/** A tree of any size: arrows, Home, End, Enter; one Tab stop. Only what is in sight is in the page. */
export function Tree<T extends TreeRow>(props: TreeProps<T>) {
  const {
    rows,
    label,
    rowHeight,
    selected,
    onSelect,
    onToggle,
    onActivate,
    render,
    className,
    rowClassName,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = rows.findIndex((row) => row.key === selected);
  const at = Math.max(0, found);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  useEffect(() => {
    if (found >= 0) virtual.scrollToIndex(found, { align: "auto" });
  }, [found, virtual]);

  const act = (key: string): boolean => {
    const row = rows[at];
    const move = treeMove(rows, at, key);
    if (!row) return false;
    if (move && "to" in move) onSelect(rows[move.to] ?? row);
    else if (move || (key === " " && row.expanded !== undefined)) onToggle(row);
    else if (key === "Enter" && onActivate) onActivate(row);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const visible = virtual.getVirtualItems();
  const isActiveShown = visible.some((item) => item.index === at);
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={isActiveShown ? `${id}-${rows[at]?.key}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        // A click would give focus to the row, and it would be gone with it when that scrolls away.
        if ((event.target as Element).role === "treeitem") event.currentTarget.focus({ preventScroll: true });
      }}
      className={cn("min-h-0 overflow-auto outline-offset-[-2px]", className)}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {visible.map((item) => {
          const row = rows[item.index] as T;
          const isSelected = item.index === found;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
            <div
              key={item.key}
              id={`${id}-${row.key}`}
              role="treeitem"
              aria-level={row.level}
              aria-expanded={row.expanded}
              aria-selected={isSelected}
              tabIndex={-1}
              onClick={() => onSelect(row)}
              onDoubleClick={() => row.expanded !== undefined && onToggle(row)}
              style={{
                position: "absolute",
                insetInline: 0,
                height: rowHeight,
                transform: `translateY(${item.start}px)`,
              }}
              className={cn(
                "cursor-default",
                isSelected ? "bg-machine-soft" : "hover:bg-ink/4",
                rowClassName?.(row),
              )}
            >
              {render(row, { selected: isSelected })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
