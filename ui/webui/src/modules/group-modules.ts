/** The catalogue of module types, filtered and grouped. Pure. */
import type { ModuleType } from "@/core/types";

export type Does = "asks" | "works" | "computes";

export interface ModuleGroup {
  /** What stands before the dot of their ids. */
  namespace: string;
  modules: ModuleType[];
}

/** Asks a person; touches something outside the run; or neither. */
export const doesOf = (item: ModuleType): Does =>
  item.interactive ? "asks" : item.effects ? "works" : "computes";

const namespaceOf = (moduleId: string): string =>
  moduleId.includes(".") ? moduleId.slice(0, moduleId.indexOf(".")) : moduleId;

/** Every word of the query, in any order, in the id, title or description. */
const fits = (item: ModuleType, query: string): boolean => {
  const text = `${item.module_id} ${item.title} ${item.description}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

export function groupModules(
  items: readonly ModuleType[],
  { q = "", does }: { q?: string | undefined; does?: Does | undefined } = {},
): ModuleGroup[] {
  const groups = new Map<string, ModuleType[]>();
  const kept = items.filter((item) => fits(item, q) && (does === undefined || doesOf(item) === does));
  for (const item of kept.toSorted((a, b) => a.module_id.localeCompare(b.module_id, "en"))) {
    const namespace = namespaceOf(item.module_id);
    groups.set(namespace, [...(groups.get(namespace) ?? []), item]);
  }
  return [...groups].map(([namespace, modules]) => ({ namespace, modules }));
}
