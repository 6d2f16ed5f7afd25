import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type Ref, useImperativeHandle, useRef } from "react";
import { cn } from "@/ui/cn";

export interface VirtualListHandle {
  scrollTo: (index: number, align?: "start" | "center" | "end" | "auto") => void;
  /** The element that scrolls. */
  element: () => HTMLDivElement | null;
}

interface VirtualListProps<T> {
  items: readonly T[];
  keyOf: (item: T, index: number) => string;
  /** Height of a row, or a guess where `measured`. */
  rowHeight: number;
  /** Rows differ in height and are measured. */
  measured?: boolean;
  label: string;
  render: (item: T, index: number) => ReactNode;
  /** The last row is nearly in sight: time for the next page. */
  onEnd?: () => void;
  className?: string;
  handle?: Ref<VirtualListHandle>;
}

/** A list of any length: only what is in sight is in the page. Give it a height from outside. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, rowHeight, measured, label, render, onEnd, className, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => keyOf(items[index] as T, index),
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1);
      if (last && last.index >= items.length - 5) onEnd?.();
    },
  });
  useImperativeHandle(handle, () => ({
    scrollTo: (index, align = "auto") => virtual.scrollToIndex(index, { align }),
    element: () => scroller.current,
  }));
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
      tabIndex={0}
      className={cn("min-h-0 overflow-auto", className)}
    >
      <ul aria-label={label} style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((row) => (
          <li
            key={row.key}
            data-index={row.index}
            ref={measured ? virtual.measureElement : undefined}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            style={{
              position: "absolute",
              insetInline: 0,
              transform: `translateY(${row.start}px)`,
              ...(measured ? {} : { height: row.size }),
            }}
          >
            {render(items[row.index] as T, row.index)}
          </li>
        ))}
      </ul>
    </section>
  );
}
