import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { plural } from "@/core/format";
import type { EventBrief } from "@/core/types";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";

interface EventListProps {
  events: readonly EventBrief[];
  /** Seq of the selected one. */
  selected: number | null;
  onSelect: (seq: number) => void;
  render: (event: EventBrief) => ReactNode;
  /** Whether more will come: then the list stays at its end while it is there. */
  isLive: boolean;
}

const ROW = 32;

/** Events in order, the newest below. A reader is never moved: what comes is told of, and shown when asked for. */
export function EventList({ events, selected, onSelect, render, isLive }: EventListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = selected === null ? -1 : placeOf(events, selected);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (index) => events[index]?.seq ?? index,
  });
  const fresh = useTail({ count: events.length, isLive, begin: found < 0 && isLive, scroller, virtual });
  useEffect(() => {
    if (found >= 0) virtual.scrollToIndex(found, { align: "auto" });
  }, [found, virtual]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyMove(event.key, Math.max(0, found), events.length);
    const target = next === null ? undefined : events[next];
    if (!target) return;
    event.preventDefault();
    onSelect(target.seq);
  };
  const visible = virtual.getVirtualItems();
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <div
        ref={scroller}
        role="listbox"
        aria-label="Events"
        tabIndex={0}
        aria-activedescendant={visible.some((row) => row.index === found) ? `${id}-${selected}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          // A click would give focus to the row, and it would be gone with it when that scrolls away.
          if (event.target !== event.currentTarget) event.currentTarget.focus({ preventScroll: true });
        }}
        className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {visible.map((row) => {
            const event = events[row.index];
            if (!event) return null;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
              <div
                key={row.key}
                id={`${id}-${event.seq}`}
                role="option"
                tabIndex={-1}
                aria-selected={row.index === found}
                aria-setsize={events.length}
                aria-posinset={row.index + 1}
                onClick={() => onSelect(event.seq)}
                style={{
                  position: "absolute",
                  insetInline: 0,
                  height: ROW,
                  transform: `translateY(${row.start}px)`,
                }}
                className={cn("cursor-default", row.index === found ? "bg-machine-soft" : "hover:bg-ink/4")}
              >
                {render(event)}
              </div>
            );
          })}
        </div>
      </div>
      {fresh.count > 0 && (
        <Button
          kind="primary"
          size="sm"
          onClick={fresh.show}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
        >
          {plural(fresh.count, "new event")}
        </Button>
      )}
    </div>
  );
}

/** Seqs grow, so halving finds one. */
function placeOf(events: readonly EventBrief[], seq: number): number {
  let low = 0;
  let high = events.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = events[middle]?.seq ?? 0;
    if (here === seq) return middle;
    if (here < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const PAGE = 15;

function keyMove(key: string, at: number, count: number): number | null {
  const moves: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

interface Tail {
  count: number;
  isLive: boolean;
  /** Whether to begin at the end. */
  begin: boolean;
  scroller: React.RefObject<HTMLDivElement | null>;
  virtual: { scrollToIndex: (index: number, options: { align: "end" }) => void };
}

/** Keeps the end in sight while it was in sight, and counts what came while it was not. */
function useTail({ count, isLive, begin, scroller, virtual }: Tail) {
  const atEnd = useRef(begin);
  const [seen, setSeen] = useState(count);
  const latest = useRef(count);
  latest.current = count;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < ROW * 2;
      if (atEnd.current) setSeen(latest.current);
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, [scroller]);
  useEffect(() => {
    if (isLive && atEnd.current && count > 0) virtual.scrollToIndex(count - 1, { align: "end" });
    // What a filter takes away and brings again is not new.
    setSeen((before) => (atEnd.current || before > count ? count : before));
  }, [count, isLive, virtual]);
  return {
    count: isLive && !atEnd.current ? Math.max(0, count - seen) : 0,
    show: () => virtual.scrollToIndex(count - 1, { align: "end" }),
  };
}
