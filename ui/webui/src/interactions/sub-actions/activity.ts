/** One sub-action as the page follows it, from the click to its end. */
import { humanize } from "@/core/format";
import type { JsonObject, SubAction, SubActionMessage } from "@/core/types";

export type Phase =
  /** Asked for; the server has not said anything yet. */
  | "starting"
  | "running"
  | "complete"
  | "error"
  | "cancelled"
  /** The connection is gone; how it goes on is not known. */
  | "lost"
  /** The server did not start it. */
  | "refused";

export interface Activity {
  /** The idempotency key of the click, or the sub-action's id where it was started elsewhere. */
  key: string;
  actionId: string;
  subActionId: string | null;
  childId: string | null;
  params: JsonObject;
  startedAt: string;
  phase: Phase;
  queued: boolean;
  module: ModuleProgress | null;
  failure: { code: string; message: string } | null;
  reason: string | null;
}

export interface ModuleProgress {
  name: string;
  index: number;
  count: number;
  status: string;
  message: string | null;
  /** 0..1 of this module. */
  share: number | null;
}

export const begun = (key: string, actionId: string, params: JsonObject, startedAt: string): Activity => ({
  key,
  actionId,
  subActionId: null,
  childId: null,
  params,
  startedAt,
  phase: "starting",
  queued: false,
  module: null,
  failure: null,
  reason: null,
});

const PHASES: Record<SubAction["status"], Phase> = {
  queued: "running",
  running: "running",
  completed: "complete",
  failed: "error",
  cancelled: "cancelled",
};

/** One that the server tells of: started in another window, or before this page was opened. */
export const fromRecord = (record: SubAction): Activity => ({
  ...begun(record.sub_action_id, record.action_id, record.params, record.started_at),
  subActionId: record.sub_action_id,
  childId: record.child_workflow_id,
  phase: PHASES[record.status],
  queued: record.status === "queued",
  failure: record.error,
});

/** The activity after one more message of its stream. */
export function advance(activity: Activity, message: SubActionMessage): Activity {
  switch (message.event) {
    case "started":
      return {
        ...activity,
        phase: "running",
        subActionId: message.data.sub_action_id,
        childId: message.data.child_workflow_id ?? activity.childId,
      };
    case "progress":
      return {
        ...activity,
        phase: "running",
        queued: false,
        module: moduleOf(activity.module, message.data),
      };
    case "complete":
      return {
        ...activity,
        phase: "complete",
        childId: message.data.child_workflow_id ?? activity.childId,
      };
    case "error":
      return { ...activity, phase: "error", failure: message.data };
    case "cancelled":
      return { ...activity, phase: "cancelled", reason: message.data.reason };
  }
}

type Progress = Extract<SubActionMessage, { event: "progress" }>["data"];

function moduleOf(before: ModuleProgress | null, data: Progress): ModuleProgress {
  const isSame = before?.index === data.module_index && before.name === data.module_name;
  const ended = data.status === "completed" || data.status === "skipped";
  return {
    name: data.module_name,
    index: data.module_index,
    count: data.module_count,
    status: data.status,
    message: data.message ?? (isSame && !ended ? before.message : null),
    share: ended ? 1 : (data.progress ?? (isSame ? before.share : null)),
  };
}

export const isOpen = ({ phase }: Activity): boolean =>
  phase === "starting" || phase === "running" || phase === "lost";

/** How far it is, 0..1; null where that is not known. */
export function shareOf({ module }: Activity): number | null {
  if (!module || module.count === 0) return null;
  return Math.min(1, (module.index + (module.share ?? 0)) / module.count);
}

/** `2 of 3: Generate scenes`. */
export function placeOf({ module, queued, phase }: Activity): string {
  if (queued) return "Waits for its turn";
  if (!module) return phase === "starting" ? "Starting" : "At work";
  const name = humanize(module.name);
  const retrying = module.status === "retrying" ? ", trying again" : "";
  return module.count > 1
    ? `${module.index + 1} of ${module.count}: ${name}${retrying}`
    : `${name}${retrying}`;
}

export const feedbackOf = (params: JsonObject): string | null =>
  typeof params.feedback === "string" && params.feedback.trim() !== "" ? params.feedback : null;

/** What was asked for earlier, the newest first, each once. */
export function earlierFeedback(records: readonly SubAction[], most = 5): string[] {
  const texts = records.map((record) => feedbackOf(record.params)).filter((text) => text !== null);
  return [...new Set(texts.reverse())].slice(0, most);
}
