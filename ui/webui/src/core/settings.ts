/** What a person has chosen for this browser. */
import { readStored, writeStored } from "@/core/storage";
import { createStore, type Store } from "@/core/store";

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

function kept<T extends string>(name: string, values: readonly T[], standard: T): Store<T> {
  const stored = readStored(name);
  const store = createStore<T>(values.find((value) => value === stored) ?? standard);
  return {
    ...store,
    set: (next) => {
      writeStored(name, next === standard ? null : next);
      store.set(next);
    },
  };
}

export const theme = kept<Theme>("theme", ["system", "light", "dark"], "system");
export const density = kept<Density>("density", ["comfortable", "compact"], "comfortable");

/** `local`: the browser's own zone. */
export type TimeZone = "local" | "utc";
export const timeZone = kept<TimeZone>("timezone", ["local", "utc"], "local");
