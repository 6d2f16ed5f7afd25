/** Events as people read them: a few words, a tone, a line. */
import { shortId } from "@/core/format";
import type { EventBrief, RunEventType } from "@/core/types";
import type { Tone } from "@/ui/status";

interface Look {
  words: string;
  tone: Tone;
}

export const EVENT: Record<RunEventType, Look> = {
  run_created: { words: "Run started", tone: "machine" },
  run_completed: { words: "Run completed", tone: "ok" },
  run_failed: { words: "Run failed", tone: "bad" },
  run_cancelled: { words: "Run cancelled", tone: "muted" },
  step_started: { words: "Step started", tone: "muted" },
  step_completed: { words: "Step completed", tone: "muted" },
  step_failed: { words: "Step failed", tone: "bad" },
  step_skipped: { words: "Step skipped", tone: "muted" },
  module_started: { words: "Module started", tone: "machine" },
  module_completed: { words: "Module completed", tone: "machine" },
  module_failed: { words: "Module failed", tone: "bad" },
  module_skipped: { words: "Module skipped", tone: "muted" },
  module_cancelled: { words: "Module cancelled", tone: "muted" },
  interaction_requested: { words: "Question asked", tone: "human" },
  interaction_responded: { words: "Question answered", tone: "human" },
  interaction_cancelled: { words: "Question withdrawn", tone: "muted" },
  sub_action_started: { words: "Sub-action started", tone: "nest" },
  sub_action_completed: { words: "Sub-action completed", tone: "nest" },
  sub_action_failed: { words: "Sub-action failed", tone: "bad" },
  sub_action_cancelled: { words: "Sub-action cancelled", tone: "muted" },
  sub_workflow_started: { words: "Child run started", tone: "nest" },
  sub_workflow_completed: { words: "Child run completed", tone: "nest" },
  sub_workflow_failed: { words: "Child run failed", tone: "bad" },
  sub_workflow_cancelled: { words: "Child run cancelled", tone: "muted" },
  wait_started: { words: "Wait began", tone: "muted" },
  wait_resolved: { words: "Wait over", tone: "muted" },
  wait_cancelled: { words: "Wait cancelled", tone: "muted" },
  branch_forked: { words: "Forked", tone: "nest" },
};

/** Which of the events at one place of a line is seen: the most telling. */
export const TONE_ORDER: readonly Tone[] = ["bad", "human", "nest", "ok", "machine", "muted"];

export const eventWords = (type: RunEventType): string => EVENT[type]?.words ?? type;

/** Where it happened: the module, else the step, else nothing. */
export const eventPlace = (event: EventBrief): string => event.module_name ?? event.step_id ?? "";

/** What else is worth a word: the question, the error, what was written. */
export function eventDetail(event: EventBrief): string {
  if (event.error_message) return event.error_message;
  if (event.title) return event.title;
  if (event.event_type === "branch_forked") return `from event ${event.at_seq}`;
  if (event.action_id) return event.action_id;
  if (event.sub_run_id) return shortId(event.sub_run_id);
  if (event.wait_key) return event.wait_key;
  if (event.writes?.length) return `wrote ${event.writes.join(", ")}`;
  return event.reason ?? event.module_id ?? "";
}

/** Families of types for the filter. */
export const EVENT_GROUPS = {
  run: "Run",
  step: "Steps",
  module: "Modules",
  interaction: "Questions",
  sub_action: "Sub-actions",
  sub_workflow: "Child runs",
  wait: "Waits",
  failures: "Failures",
  writes: "State changes",
} as const;
export type EventGroup = keyof typeof EVENT_GROUPS;

export function isInGroup(event: EventBrief, group: EventGroup): boolean {
  if (group === "failures") return event.event_type.endsWith("_failed");
  if (group === "writes") return Boolean(event.writes?.length);
  if (group === "run") return event.event_type.startsWith("run_") || event.event_type === "branch_forked";
  return event.event_type.startsWith(`${group}_`);
}

/** Every word of the text somewhere in what the row says. */
export function matchesText(event: EventBrief, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said = [
    event.seq,
    event.event_type,
    eventWords(event.event_type),
    event.step_id,
    event.module_name,
    event.module_id,
    event.actor,
    eventDetail(event),
    ...(event.writes ?? []),
  ]
    .join(" ")
    .toLowerCase();
  return words.every((word) => said.includes(word));
}
