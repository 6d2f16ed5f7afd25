/** What is read from the server, and under which keys it is kept. `useQuery(queries.run(id))` is all a page needs. */
import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import * as api from "@/core/api";
import { isApiError } from "@/core/errors";

/** Keys by what they depend on: all of `["run", id]` goes stale together when that run changes. */
export const keys = {
  inbox: ["inbox"] as const,
  runs: ["runs"] as const,
  run: (runId: string) => ["run", runId] as const,
  workflows: ["workflows"] as const,
  workflow: (workflowId: string) => ["workflow", workflowId] as const,
  modules: ["modules"] as const,
};

type Filters<T> = Omit<T, "cursor">;

const firstPage = { initialPageParam: undefined as string | undefined };
const nextPage = (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined;

export const queries = {
  inbox: () =>
    queryOptions({
      queryKey: keys.inbox,
      queryFn: ({ signal }) => api.listInbox({ limit: 200 }, { signal }),
    }),
  runs: (filters: Filters<api.ListRunsQuery> = {}) =>
    infiniteQueryOptions({
      queryKey: [...keys.runs, filters],
      queryFn: ({ pageParam, signal }) => api.listRuns({ ...filters, ...cursor(pageParam) }, { signal }),
      ...firstPage,
      getNextPageParam: nextPage,
    }),
  run: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "document"],
      queryFn: ({ signal }) => api.getRun(runId, { signal }),
    }),
  /** `seq` undefined: now. */
  state: (runId: string, seq?: number) =>
    queryOptions({
      queryKey: [...keys.run(runId), "state", seq ?? "now"],
      queryFn: ({ signal }) => api.getState(runId, seq, { signal }),
    }),
  /** The whole log. A fork changes it, so it is read again whole. */
  events: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "events"],
      queryFn: ({ signal }) => api.listAllEvents(runId, 0, { signal }),
    }),
  diff: (runId: string, span: { from: number; to: number }) =>
    queryOptions({
      queryKey: [...keys.run(runId), "diff", span.from, span.to],
      queryFn: ({ signal }) => api.diffStates(runId, span, { signal }),
    }),
  tree: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "tree"],
      queryFn: ({ signal }) => api.getTree(runId, { signal }),
    }),
  wait: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "why"],
      queryFn: ({ signal }) => api.explainWait(runId, { signal }),
    }),
  children: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "children"],
      queryFn: ({ signal }) => api.listChildren(runId, { limit: 200 }, { signal }),
    }),
  branches: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "branches"],
      queryFn: ({ signal }) => api.listBranches(runId, { signal }),
    }),
  interactions: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "interactions"],
      queryFn: ({ signal }) => api.listInteractions(runId, { signal }),
    }),
  interaction: (runId: string, interactionId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "interactions", interactionId],
      queryFn: ({ signal }) => api.getInteraction(runId, interactionId, { signal }),
    }),
  /** As it was after event `seq`. */
  interactionAt: (runId: string, interactionId: string, seq: number) =>
    queryOptions({
      queryKey: [...keys.run(runId), "interactions", interactionId, seq],
      queryFn: ({ signal }) => api.getInteraction(runId, interactionId, { seq, signal }),
    }),
  subActions: (runId: string) =>
    queryOptions({
      queryKey: [...keys.run(runId), "sub-actions"],
      queryFn: ({ signal }) => api.listSubActions(runId, { limit: 200 }, { signal }),
    }),
  workflows: (filters: Filters<api.ListWorkflowsQuery> = {}) =>
    infiniteQueryOptions({
      queryKey: [...keys.workflows, filters],
      queryFn: ({ pageParam, signal }) => api.listWorkflows({ ...filters, ...cursor(pageParam) }, { signal }),
      ...firstPage,
      getNextPageParam: nextPage,
    }),
  workflow: (workflowId: string, version?: number) =>
    queryOptions({
      queryKey: [...keys.workflow(workflowId), version ?? "newest"],
      queryFn: ({ signal }) => api.getWorkflow(workflowId, version, { signal }),
    }),
  /** The newest first. */
  versions: (workflowId: string) =>
    infiniteQueryOptions({
      queryKey: [...keys.workflow(workflowId), "versions"],
      queryFn: ({ pageParam, signal }) => api.listVersions(workflowId, cursor(pageParam), { signal }),
      ...firstPage,
      getNextPageParam: nextPage,
    }),
  modules: () =>
    queryOptions({
      queryKey: keys.modules,
      queryFn: ({ signal }) => api.listModules({ signal }),
      staleTime: 10 * 60_000, // modules change with a restart of the server
    }),
};

const cursor = (value: string | undefined) => (value === undefined ? {} : { cursor: value });

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The event tail says when something changed; this is for what it does not tell of.
        staleTime: 30_000,
        retry: (count, error) => count < 3 && isApiError(error) && error.retryable,
        retryDelay: (count) => Math.min(500 * 2 ** count, 4000),
        networkMode: "always", // the server may well be on this machine
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
