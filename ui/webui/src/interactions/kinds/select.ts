/** `select`: options and picks. A pick is remembered by what it is, not by its place: places change. */
import { stableJson } from "@/interactions/kinds/stable-json";

export interface Option {
  index: number;
  label: string;
  description: string | null;
  value: unknown;
}

export interface SelectData {
  options: Option[];
  multiple: boolean;
  min: number;
  max: number | null;
}

export interface Pick {
  key: string;
  label: string;
}

export const readSelect = (data: unknown): SelectData => {
  const { options, multiple, min, max } = (data ?? {}) as Partial<SelectData>;
  return { options: options ?? [], multiple: multiple ?? false, min: min ?? 1, max: max ?? null };
};

/** One key an option, the same wherever the option stands; equal options are counted. */
export function optionKeys(options: readonly Option[]): string[] {
  const counts = new Map<string, number>();
  return options.map((option) => {
    const key = stableJson([option.label, option.description, option.value]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? key : `${key}#${count}`;
  });
}

export interface Sorted {
  kept: Pick[];
  lost: Pick[];
}

/** Which picks still exist. */
export function sortPicks(picks: readonly Pick[], keys: readonly string[]): Sorted {
  const there = new Set(keys);
  return {
    kept: picks.filter((pick) => there.has(pick.key)),
    lost: picks.filter((pick) => !there.has(pick.key)),
  };
}

export function togglePick(data: SelectData, picks: readonly Pick[], pick: Pick): Pick[] {
  const isPicked = picks.some((item) => item.key === pick.key);
  if (!data.multiple) return isPicked && data.min === 0 ? [] : [pick];
  return isPicked ? picks.filter((item) => item.key !== pick.key) : [...picks, pick];
}

/** `Pick one`, `Pick 2 to 3`, ... */
export function askOf(data: SelectData): string {
  const most = data.max ?? data.options.length;
  if (!data.multiple) return data.min === 0 ? "Pick one, or none" : "Pick one";
  if (data.min === most) return `Pick ${most}`;
  if (data.max === null) return data.min === 0 ? "Pick any number" : `Pick at least ${data.min}`;
  return data.min === 0 ? `Pick up to ${most}` : `Pick ${data.min} to ${most}`;
}

/** Why this many cannot be sent, or null. */
export function countProblem(data: SelectData, count: number): string | null {
  if (data.options.length === 0 && data.min > 0) return "There is nothing to choose from yet.";
  if (count < data.min)
    return data.multiple ? `${askOf(data)}; ${count} picked so far.` : "Pick one of them first.";
  if (data.multiple && data.max !== null && count > data.max)
    return `${askOf(data)}; ${count} are picked. Take some away.`;
  return null;
}

/** The answer: indexes, in the order of the options. */
export function selectResponse(
  data: SelectData,
  keys: readonly string[],
  picks: readonly Pick[],
): { selected: number | number[] | null } {
  const picked = new Set(picks.map((pick) => pick.key));
  const indexes = data.options.filter((_, at) => picked.has(keys[at] ?? "")).map((option) => option.index);
  return { selected: data.multiple ? indexes : (indexes[0] ?? null) };
}

/** Which options an answer names. */
export function chosenIndexes(response: unknown): ReadonlySet<number> {
  const selected = (response as { selected?: unknown } | null)?.selected;
  const list = Array.isArray(selected) ? selected : [selected];
  return new Set(list.filter((item): item is number => typeof item === "number"));
}

const MOST_DETAILS = 8;

/** What the option holds beside its headline and text. */
export function detailsOf(option: Option): [name: string, value: unknown][] {
  if (typeof option.value !== "object" || option.value === null || Array.isArray(option.value)) return [];
  return Object.entries(option.value)
    .filter(([, value]) => value !== option.label && value !== option.description)
    .filter(([, value]) => value !== null && value !== "")
    .slice(0, MOST_DETAILS);
}
