import { useEffect, useState } from "react";
import { useCommands } from "@/core/commands";

interface ListKeys {
  count: number;
  /** Enter on the marked row. */
  onOpen: (index: number) => void;
  /** Told when j or k moved the mark, e.g. to scroll to it. */
  onMove?: (index: number) => void;
}

/** j and k move a mark through a list, Enter opens what is marked. Gives the marked index, or -1. */
export function useListKeys({ count, onOpen, onMove }: ListKeys): number {
  const [marked, setMarked] = useState(-1);
  useEffect(() => {
    if (marked >= count) setMarked(count - 1);
  }, [marked, count]);
  const move = (by: number) => {
    const next = Math.max(0, Math.min(count - 1, marked + by));
    setMarked(next);
    onMove?.(next);
  };
  useCommands([
    {
      id: "list:next",
      title: "Next row",
      group: "Lists",
      keys: "j",
      keyOnly: true,
      disabled: count === 0,
      run: () => move(1),
    },
    {
      id: "list:previous",
      title: "Row before",
      group: "Lists",
      keys: "k",
      keyOnly: true,
      disabled: count === 0,
      run: () => move(-1),
    },
    {
      id: "list:open",
      title: "Open the row",
      group: "Lists",
      keys: "Enter",
      keyOnly: true,
      disabled: marked < 0,
      run: () => onOpen(marked),
    },
  ]);
  return marked;
}
