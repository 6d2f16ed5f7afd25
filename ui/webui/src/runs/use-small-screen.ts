import { useSyncExternalStore } from "react";

/** Below this, rows become cards: Tailwind's `lg`. */
const SMALL = "(max-width: 63.99rem)";

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(SMALL);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

export const useSmallScreen = (): boolean =>
  useSyncExternalStore(subscribe, () => window.matchMedia(SMALL).matches);
