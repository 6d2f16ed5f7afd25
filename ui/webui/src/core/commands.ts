/** What can be done here and now: pages add their actions, the palette lists them, keys run them. */
import { useEffect, useRef } from "react";
import { createStore, useStore } from "@/core/store";

export interface Command {
  /** Unique on the page. */
  id: string;
  title: string;
  /** Heading in the palette and the shortcut sheet; default "This page". */
  group?: string;
  /** `g i` (one after the other), `mod+k` (Ctrl, or Command on a Mac), `?`, `Escape`, `j`. */
  keys?: string;
  /** More words to find it by. */
  keywords?: string;
  /** Has a key, but is not offered in the palette (moving in a list, for example). */
  keyOnly?: boolean;
  disabled?: boolean;
  run: () => void;
}

const registered = createStore<readonly (readonly Command[])[]>([]);

/** All commands, those of the innermost component last. */
export const useAllCommands = (): Command[] => useStore(registered).flat();

export const allCommands = (): Command[] => registered.get().flat();

/**
 * Adds commands for as long as the component is shown. They may be new objects on every render; what they do is
 * always that of the last one.
 */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  // Functions are looked up when they run, so only what is shown of a command makes it a new one.
  const shape = JSON.stringify(commands);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says when the commands are others
  useEffect(() => {
    const stable = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find((item) => item.id === command.id)?.run(),
    }));
    registered.set([...registered.get(), stable]);
    return () => registered.set(registered.get().filter((item) => item !== stable));
  }, [shape]);
}
