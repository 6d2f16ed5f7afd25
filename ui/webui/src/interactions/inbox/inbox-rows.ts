/** Which questions the list shows, in which order and under which headings. */
import { humanize } from "@/core/format";
import type { Interaction } from "@/core/types";

export interface InboxFilters {
  workflow?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  sort?: "newest" | "oldest" | undefined;
}

/** `workflow` fits every run on the way to the question, so a parent's filter finds what its children ask. */
export function shownItems(items: readonly Interaction[], filters: InboxFilters): Interaction[] {
  const words = (filters.q ?? "").toLowerCase().split(/\s+/);
  const shown = items.filter(
    (item) =>
      (!filters.workflow || item.path.some((part) => part.workflow_id === filters.workflow)) &&
      (!filters.kind || item.kind === filters.kind) &&
      words.every((word) => textOf(item).includes(word)),
  );
  const direction = filters.sort === "oldest" ? 1 : -1;
  return shown.sort((a, b) => direction * a.requested_at.localeCompare(b.requested_at));
}

const textOf = (item: Interaction): string =>
  [item.title, item.prompt, item.module_name, item.step_id, ...item.path.map((part) => part.workflow_id)]
    .join(" ")
    .toLowerCase();

export const hasFilters = ({ workflow, kind, q }: InboxFilters): boolean => Boolean(workflow || kind || q);

export interface Group {
  label: "Today" | "Older";
  items: Interaction[];
}

/** By the day on which they were asked, in the order that they are given in. */
export function grouped(items: readonly Interaction[], now: number): Group[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const groups: Group[] = [];
  for (const item of items) {
    const label = Date.parse(item.requested_at) >= midnight ? "Today" : "Older";
    const last = groups.at(-1);
    if (last?.label === label) last.items.push(item);
    else groups.push({ label, items: [item] });
  }
  return groups;
}

export interface Choice {
  value: string;
  label: string;
}

/** What the filters can be set to: what is there, by its name. */
export function workflowChoices(
  items: readonly Interaction[],
  nameOf: (workflowId: string) => string,
): Choice[] {
  const ids = new Set(items.flatMap((item) => item.path.map((part) => part.workflow_id)));
  return [...ids]
    .map((value) => ({ value, label: nameOf(value) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export const kindChoices = (items: readonly Interaction[], wordOf: (kind: string) => string): Choice[] =>
  [...new Set(items.map((item) => item.kind))]
    .map((value) => ({ value, label: wordOf(value) }))
    .sort((a, b) => a.label.localeCompare(b.label));

/** `Content creation › Scene generation`. */
export const placeOf = (item: Interaction, nameOf: (workflowId: string) => string): string =>
  `${nameOf(item.path.at(-1)?.workflow_id ?? "")} › ${humanize(item.step_id)}`;

/** The workflows above the one that asks: empty for a question of its own run. */
export const aboveOf = (item: Interaction, nameOf: (workflowId: string) => string): string[] =>
  item.path.slice(0, -1).map((part) => nameOf(part.workflow_id));
