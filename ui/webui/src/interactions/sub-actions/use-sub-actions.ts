import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { cancelSubAction, newIdempotencyKey } from "@/core/api";
import { type ApiError, isAbort, isApiError } from "@/core/errors";
import { useLiveState } from "@/core/live";
import { keys, queries } from "@/core/query";
import { runSubAction, watchSubAction } from "@/core/sub-action";
import type { Interaction, JsonObject, SubAction, SubActionMessage } from "@/core/types";
import { type Activity, advance, begun, fromRecord, isOpen } from "@/interactions/sub-actions/activity";
import { dismissed, markDismissed } from "@/interactions/sub-actions/dismissed";
import { recordOf, unfollowed, withLastFailure } from "@/interactions/sub-actions/records";
import { toast } from "@/ui/toast";

/** A browser opens six connections to a server; the rest of the page needs some. */
const MOST_STREAMS = 3;

export interface SubActions {
  /** What is under way or has just ended, in the order of its start. */
  activities: readonly Activity[];
  /** All of this question so far, ended ones too. */
  records: readonly SubAction[];
  /** Resolves when the server has begun it. Raises ApiError when it refuses. */
  start: (actionId: string, params: JsonObject) => Promise<void>;
  stop: (activity: Activity) => Promise<void>;
  /** After the connection was lost. */
  look: (activity: Activity) => void;
  dismiss: (activity: Activity) => void;
  /** Puts one on the page that could not even begin. */
  refuse: (actionId: string, params: JsonObject, error: ApiError) => void;
}

/** Starts sub-actions of a question and follows them, those of other windows too, for as long as it is shown. */
export function useSubActions(item: Interaction): SubActions {
  const { workflow_run_id: runId, interaction_id: interactionId } = item;
  const client = useQueryClient();
  const [activities, setActivities] = useState<readonly Activity[]>([]);
  const streams = useRef(new Map<string, AbortController>());
  const list = useQuery(queries.subActions(runId));
  const records = useMemo(
    () => (list.data?.items ?? []).filter((record) => record.interaction_id === interactionId),
    [list.data, interactionId],
  );

  const change = useCallback(
    (key: string, next: (before: Activity) => Activity) =>
      setActivities((all) => all.map((one) => (one.key === key ? next(one) : one))),
    [],
  );
  const refetch = useCallback(() => {
    void client.invalidateQueries({ queryKey: keys.run(runId) });
  }, [client, runId]);

  /** Until the last message, or until the page is left. */
  const follow = useCallback(
    async (
      key: string,
      open: (signal: AbortSignal) => AsyncGenerator<SubActionMessage, void, undefined>,
      onStarted?: () => void,
    ) => {
      const controller = new AbortController();
      streams.current.set(key, controller);
      try {
        for await (const message of open(controller.signal)) {
          change(key, (before) => advance(before, message));
          onStarted?.();
        }
        refetch();
      } finally {
        streams.current.delete(key);
      }
    },
    [change, refetch],
  );

  const begin = useCallback(
    (activity: Activity): Promise<void> =>
      new Promise((resolve, reject) => {
        const request = {
          interactionId,
          actionId: activity.actionId,
          params: activity.params,
          idempotencyKey: activity.key,
        };
        follow(activity.key, (signal) => runSubAction(runId, request, signal), resolve).catch(
          (error: unknown) => {
            if (isAbort(error)) return resolve();
            const isLost = isApiError(error) && error.retryable;
            if (isLost) change(activity.key, (before) => ({ ...before, phase: "lost" }));
            else setActivities((all) => all.filter((one) => one.key !== activity.key));
            refetch();
            if (isLost) resolve();
            else reject(error);
          },
        );
      }),
    [change, follow, interactionId, refetch, runId],
  );

  const join = useCallback(
    (key: string, subActionId: string) => {
      follow(key, (signal) => watchSubAction(runId, subActionId, signal)).catch((error: unknown) => {
        if (!isAbort(error)) change(key, (before) => ({ ...before, phase: "lost" }));
      });
    },
    [change, follow, runId],
  );

  const start = (actionId: string, params: JsonObject): Promise<void> => {
    const activity = begun(newIdempotencyKey(), actionId, params, new Date().toISOString());
    // What ended before has been read by whoever starts something new.
    setActivities((all) => [...all.filter(isOpen), activity]);
    for (const record of records) if (record.status === "failed") markDismissed(record.sub_action_id);
    return begin(activity);
  };

  const look = useCallback(
    (activity: Activity) => {
      if (streams.current.has(activity.key)) return;
      change(activity.key, (before) => ({ ...before, phase: "running" }));
      if (activity.subActionId) join(activity.key, activity.subActionId);
      else begin(activity).catch(() => undefined);
    },
    [begin, change, join],
  );

  const stop = async (activity: Activity): Promise<void> => {
    if (!activity.subActionId) {
      // Not known to have begun. Where it has all the same, the list brings it back.
      streams.current.get(activity.key)?.abort();
      dismiss(activity);
      return refetch();
    }
    try {
      await cancelSubAction(runId, activity.subActionId);
    } catch (error) {
      if (!isApiError(error, "sub_action_not_running")) toast.error("It was not stopped", error);
    }
    refetch();
  };

  const dismiss = (activity: Activity) => {
    if (activity.subActionId) markDismissed(activity.subActionId);
    setActivities((all) => all.filter((one) => one.key !== activity.key));
  };

  const refuse = (actionId: string, params: JsonObject, error: ApiError) => {
    const activity = begun(newIdempotencyKey(), actionId, params, new Date().toISOString());
    const failure = { code: error.code, message: error.message };
    setActivities((all) => [...all.filter(isOpen), { ...activity, phase: "refused", failure }]);
  };

  useEffect(() => {
    const missing = unfollowed(records, activities);
    if (missing.length === 0) return;
    setActivities((all) => [...all, ...unfollowed(records, all).map(fromRecord)]);
  }, [records, activities]);

  useEffect(() => {
    for (const activity of activities) {
      const isWatched = streams.current.has(activity.key) || activity.phase !== "running";
      if (isWatched || !activity.subActionId || streams.current.size >= MOST_STREAMS) continue;
      join(activity.key, activity.subActionId);
    }
  }, [activities, join]);

  // Those that are not followed message by message end with what the list says of them.
  useEffect(() => {
    const ended = activities.filter(
      (one) => isOpen(one) && !streams.current.has(one.key) && recordOf(records, one) !== undefined,
    );
    for (const one of ended) {
      const record = recordOf(records, one);
      if (record && record.status !== "running" && record.status !== "queued")
        change(one.key, (before) => ({ ...fromRecord(record), key: before.key }));
    }
  }, [activities, records, change]);

  const live = useLiveState();
  useEffect(() => {
    if (live !== "live") return;
    for (const activity of activities) if (activity.phase === "lost") look(activity);
  }, [live, activities, look]);

  useEffect(() => {
    const open = streams.current;
    return () => {
      for (const controller of open.values()) controller.abort();
      open.clear();
    };
  }, []);

  const shown = withLastFailure(activities, records, dismissed.get());
  return { activities: shown, records, start, stop, look, dismiss, refuse };
}
