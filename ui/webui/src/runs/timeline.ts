/** A branch's events, read once and then only what is new: they never change. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { listTimeline } from "@/core/api";
import { keys } from "@/core/query";
import type { EventBrief } from "@/core/types";

export interface Timeline {
  events: readonly EventBrief[];
  /** Whether this is all there was when it was read. */
  complete: boolean;
}

/** The first part is small, so that something is there soon. */
const FIRST = 500;
const PART = 5000;
const EMPTY: Timeline = { events: [], complete: false };

export const timelineQuery = (runId: string, branchId: string) =>
  queryOptions({
    queryKey: [...keys.run(runId), "timeline", branchId],
    queryFn: async ({ client, queryKey, signal }): Promise<Timeline> => {
      let known = client.getQueryData<Timeline>(queryKey) ?? EMPTY;
      for (;;) {
        const after = known.events.at(-1)?.seq ?? 0;
        const limit = after === 0 ? FIRST : PART;
        const page = await listTimeline(runId, { after_seq: after, limit, branch_id: branchId }, { signal });
        const complete = !page.next_cursor;
        if (page.items.length > 0 || complete !== known.complete) {
          known = { events: [...known.events, ...page.items], complete };
        }
        if (complete) return known;
        client.setQueryData(queryKey, known);
      }
    },
    structuralSharing: false,
    gcTime: 60_000,
  });

export const useTimeline = (runId: string, branchId: string | undefined) =>
  useQuery({ ...timelineQuery(runId, branchId ?? ""), enabled: branchId !== undefined });
