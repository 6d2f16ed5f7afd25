import { createStore, useStore } from "@/core/store";

const now = createStore(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const ticking = {
  ...now,
  subscribe: (listener: () => void) => {
    if (watchers++ === 0) {
      now.set(Date.now());
      timer = setInterval(() => now.set(Date.now()), 1000);
    }
    const unsubscribe = now.subscribe(listener);
    return () => {
      unsubscribe();
      if (--watchers === 0) clearInterval(timer);
    };
  },
};

/** The present moment, once a second, from one timer for the whole page. */
export const useNow = (): number => useStore(ticking);
