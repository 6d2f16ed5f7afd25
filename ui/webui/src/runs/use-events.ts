/** Whole events, a page at a time, as they are looked at. They never change, so they are read once. */
import { queryOptions, useQueries } from "@tanstack/react-query";
import { listEvents } from "@/core/api";
import type { RunEvent } from "@/core/types";

const PAGE = 50;

/** `last` is the newest event that is known: a page that was not full then is another one when it is fuller. */
const pageQuery = (runId: string, branchId: string | undefined, page: number, last: number) => {
  const count = Math.min(PAGE, last - page * PAGE);
  return queryOptions({
    queryKey: ["event-page", runId, branchId, page, count],
    queryFn: async ({ signal }) => {
      const query = {
        after_seq: page * PAGE,
        limit: PAGE,
        ...(branchId === undefined ? {} : { branch_id: branchId }),
      };
      return (await listEvents(runId, query, { signal })).items;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
};

interface Wanted {
  runId: string;
  branchId: string | undefined;
  seqs: readonly number[];
  last: number;
}

export interface Found {
  /** By seq; empty while they are read. */
  events: RunEvent[];
  isPending: boolean;
  error: Error | null;
  retry: () => void;
}

export function useEvents({ runId, branchId, seqs, last }: Wanted): Found {
  const pages = [...new Set(seqs.map((seq) => Math.floor((seq - 1) / PAGE)))];
  const results = useQueries({ queries: pages.map((page) => pageQuery(runId, branchId, page, last)) });
  const wanted = new Set(seqs);
  return {
    events: results.flatMap((result) => result.data ?? []).filter((event) => wanted.has(event.seq)),
    isPending: results.some((result) => result.isPending),
    error: results.find((result) => result.error)?.error ?? null,
    retry: () => {
      for (const result of results) void result.refetch();
    },
  };
}
