/** What stands in the address behind `?`: filters, selection, position. Anything else there is dropped. */
import type { RunStatus } from "@/core/types";

type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

const flag = (value: unknown): true | undefined =>
  value === true || value === "true" || value === 1 ? true : undefined;

const count = (value: unknown): number | undefined => {
  const found = Number(value);
  return value !== undefined && value !== "" && Number.isInteger(found) && found >= 0 ? found : undefined;
};

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((item) => item === value);

/** Without the absent ones, so that addresses stay short. */
function compact<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export interface InboxSearch {
  workflow?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  sort?: "newest" | "oldest" | undefined;
  /** The interaction that is open beside the list. */
  sel?: string | undefined;
}

export const inboxSearch = (raw: Raw): InboxSearch =>
  compact({
    workflow: text(raw.workflow),
    kind: text(raw.kind),
    q: text(raw.q),
    sort: oneOf(["newest", "oldest"] as const, raw.sort),
    sel: text(raw.sel),
  });

export const RUN_STATUSES: readonly RunStatus[] = [
  "pending",
  "processing",
  "awaiting_input",
  "waiting",
  "completed",
  "error",
  "cancelled",
];

export interface RunsSearch {
  status?: RunStatus | undefined;
  workflow?: string | undefined;
  q?: string | undefined;
  /** Children and hidden runs too. */
  hidden?: true | undefined;
  sort?: "newest" | "oldest" | undefined;
  /** The part of the list that is shown; absent: the first. */
  cursor?: string | undefined;
}

export const runsSearch = (raw: Raw): RunsSearch =>
  compact({
    status: oneOf(RUN_STATUSES, raw.status),
    workflow: text(raw.workflow),
    q: text(raw.q),
    hidden: flag(raw.hidden),
    sort: oneOf(["newest", "oldest"] as const, raw.sort),
    cursor: text(raw.cursor),
  });

export const RUN_TABS = ["trace", "events", "graph", "state", "inputs"] as const;
export type RunTab = (typeof RUN_TABS)[number];

export interface RunSearch {
  tab?: RunTab | undefined;
  /** The position in time: the run as it was after this event. */
  at?: number | undefined;
  /** What is looked at: the key of a row or an event's seq. */
  sel?: string | undefined;
  attempt?: number | undefined;
  /** Compared with the state after this event. */
  cmp?: number | undefined;
  branch?: string | undefined;
  /** Words and kind of the events that are listed. */
  q?: string | undefined;
  type?: string | undefined;
}

export const runSearch = (raw: Raw): RunSearch =>
  compact({
    tab: oneOf(RUN_TABS, raw.tab),
    at: count(raw.at),
    sel: text(raw.sel),
    attempt: count(raw.attempt),
    cmp: count(raw.cmp),
    branch: text(raw.branch),
    q: text(raw.q),
    type: text(raw.type),
  });

export interface InteractionSearch {
  view?: "detailed" | "minimal" | undefined;
}

export const interactionSearch = (raw: Raw): InteractionSearch =>
  compact({ view: oneOf(["detailed", "minimal"] as const, raw.view) });

export interface CompareSearch {
  step?: string | undefined;
}

export const compareSearch = (raw: Raw): CompareSearch => compact({ step: text(raw.step) });

export interface CatalogueSearch {
  q?: string | undefined;
  /** Absent: those in use. */
  show?: "archived" | "all" | undefined;
  /** Absent: by name. */
  sort?: "changed" | undefined;
}

export const catalogueSearch = (raw: Raw): CatalogueSearch =>
  compact({
    q: text(raw.q),
    show: oneOf(["archived", "all"] as const, raw.show),
    sort: oneOf(["changed"] as const, raw.sort),
  });

export const WORKFLOW_TABS = ["overview", "versions", "definition"] as const;
export type WorkflowTab = (typeof WORKFLOW_TABS)[number];

export interface WorkflowSearch {
  /** Version; absent: the newest. */
  v?: number | undefined;
  tab?: WorkflowTab | undefined;
  /** The module that is looked at, as in the graph. */
  sel?: string | undefined;
  /** Two versions that are compared, the older one first. */
  a?: number | undefined;
  b?: number | undefined;
}

export const workflowSearch = (raw: Raw): WorkflowSearch =>
  compact({
    v: count(raw.v),
    tab: oneOf(WORKFLOW_TABS, raw.tab),
    sel: text(raw.sel),
    a: count(raw.a),
    b: count(raw.b),
  });

export interface StartSearch {
  v?: number | undefined;
  /** A run whose payload the form begins with. */
  from?: string | undefined;
  /** Absent: as a form. */
  as?: "json" | undefined;
}

export const startSearch = (raw: Raw): StartSearch =>
  compact({ v: count(raw.v), from: text(raw.from), as: oneOf(["json"] as const, raw.as) });

export interface NewWorkflowSearch {
  /** A workflow to begin with a copy of. */
  from?: string | undefined;
}

export const newWorkflowSearch = (raw: Raw): NewWorkflowSearch => compact({ from: text(raw.from) });

export const MODULE_SORTS = ["asks", "works", "computes"] as const;

export interface ModulesSearch {
  q?: string | undefined;
  /** Only those that ask a person, that touch something outside, or that do neither. */
  does?: (typeof MODULE_SORTS)[number] | undefined;
  /** The module type that is shown. */
  type?: string | undefined;
}

export const modulesSearch = (raw: Raw): ModulesSearch =>
  compact({ q: text(raw.q), does: oneOf(MODULE_SORTS, raw.does), type: text(raw.type) });
