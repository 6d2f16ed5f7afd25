import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({
  extend: { theme: { spacing: ["row", "control"], shadow: ["float"] } },
});

/** Class names; of two that set the same thing, the later one holds. */
export const cn = (...names: ClassValue[]): string => merge(clsx(names));
