/** What the server's list of sub-actions says about those on the page. Pure. */
import type { SubAction } from "@/core/types";
import { type Activity, fromRecord } from "@/interactions/sub-actions/activity";

export const recordOf = (records: readonly SubAction[], activity: Activity): SubAction | undefined =>
  records.find((record) => record.sub_action_id === activity.subActionId);

/** Under way, and not on the page. One that has just been asked for here may be in the list before its answer is. */
export function unfollowed(records: readonly SubAction[], activities: readonly Activity[]): SubAction[] {
  const known = new Set(activities.map((one) => one.subActionId));
  const starting = new Set(activities.filter((one) => one.phase === "starting").map((one) => one.actionId));
  return records.filter(
    (record) =>
      (record.status === "running" || record.status === "queued") &&
      !known.has(record.sub_action_id) &&
      !starting.has(record.action_id),
  );
}

/** One that failed while nobody looked is told of, until it is dismissed or another one was started. */
export function withLastFailure(
  activities: readonly Activity[],
  records: readonly SubAction[],
  read: ReadonlySet<string>,
): readonly Activity[] {
  const last = records.at(-1);
  if (activities.length > 0 || last?.status !== "failed" || read.has(last.sub_action_id)) return activities;
  return [fromRecord(last)];
}
