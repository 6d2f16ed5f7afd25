import { useSyncExternalStore } from "react";

/** As `lg:` of the styles. */
const WIDE = "(min-width: 64rem)";

const subscribe = (listener: () => void) => {
  const media = window.matchMedia(WIDE);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
};

/** Whether there is room for a question beside the list. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => window.matchMedia(WIDE).matches);
