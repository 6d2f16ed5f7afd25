/** Every call of the API, typed by the published contract. All raise ApiError. */
import createClient from "openapi-fetch";
import { ApiError, isAbort, unreachable, unreadable } from "@/core/errors";
import { addressOf, send } from "@/core/http";
import type { operations, paths } from "@/core/schema";
import { openStream } from "@/core/sse";
import type {
  ChangeMessage,
  Interaction,
  JsonObject,
  Page,
  Run,
  RunEvent,
  RunEventMessage,
  StartedRun,
  SubActionMessage,
} from "@/core/types";

const client = createClient<paths>({ baseUrl: addressOf("/"), fetch: send });

type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;
export type ListRunsQuery = QueryOf<"list_runs">;
export type ListWorkflowsQuery = QueryOf<"list_workflows">;
export type ListEventsQuery = QueryOf<"list_events">;
export type ListPageQuery = QueryOf<"list_inbox">;

interface Options {
  signal?: AbortSignal | undefined;
}

async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer.catch((error: unknown) => {
    throw error instanceof ApiError || isAbort(error) ? error : unreadable();
  });
  // Failures were thrown by `send`: a JSON call that returns nothing was answered by something else.
  if (data === undefined || data === null) throw unreadable();
  return data;
}

const run = (id: string) => ({ workflow_run_id: id });

/** A key for one thing that a person means to do once. Keep it over retries of the same thing. */
export const newIdempotencyKey = (): string =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");

const keyed = (key: string | undefined) => ({ "Idempotency-Key": key ?? newIdempotencyKey() });

// Workflows

export const listWorkflows = (query: ListWorkflowsQuery = {}, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/workflows", { params: { query }, signal }));

export const getWorkflow = (workflowId: string, version?: number, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/workflows/{workflow_id}", {
      params: { path: { workflow_id: workflowId }, query: version === undefined ? {} : { version } },
      signal,
    }),
  );

export const createWorkflow = (definition: JsonObject) =>
  dataOf(client.POST("/api/v1/workflows", { body: definition }));

/** A new version. With `basedOn` it is refused (409 `workflow_changed`) when somebody was faster. */
export const saveWorkflow = (workflowId: string, definition: JsonObject, basedOn?: number) =>
  dataOf(
    client.PUT("/api/v1/workflows/{workflow_id}", {
      params: {
        path: { workflow_id: workflowId },
        query: basedOn === undefined ? {} : { based_on: basedOn },
      },
      body: definition,
    }),
  );

export const listVersions = (
  workflowId: string,
  query: QueryOf<"list_workflow_versions"> = {},
  { signal }: Options = {},
) =>
  dataOf(
    client.GET("/api/v1/workflows/{workflow_id}/versions", {
      params: { path: { workflow_id: workflowId }, query },
      signal,
    }),
  );

export const archiveWorkflow = async (workflowId: string): Promise<void> => {
  await client.DELETE("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: workflowId } } });
};

export const validateWorkflow = (definition: JsonObject, { signal }: Options = {}) =>
  dataOf(client.POST("/api/v1/workflows/validate", { body: definition, signal }));

export const getDefinitionSchema = ({ signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/workflows/schema", { signal })) as Promise<JsonObject>;

export const listModules = ({ signal }: Options = {}) => dataOf(client.GET("/api/v1/modules", { signal }));

// Runs

export interface StartRunRequest {
  payload: unknown;
  version?: number | undefined;
  idempotencyKey?: string;
}

export const startRun = (workflowId: string, request: StartRunRequest): Promise<StartedRun> =>
  dataOf(
    client.POST("/api/v1/workflows/{workflow_id}/run", {
      params: { path: { workflow_id: workflowId }, header: keyed(request.idempotencyKey) },
      body: { payload: request.payload, version: request.version ?? null },
    }),
  );

export const listRuns = (query: ListRunsQuery = {}, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/runs", { params: { query }, signal }));

export const getRun = (runId: string, { signal }: Options = {}): Promise<Run> =>
  dataOf(client.GET("/api/v1/runs/{workflow_run_id}", { params: { path: run(runId) }, signal }));

interface BranchOptions extends Options {
  /** One that was left; default: the current one. */
  branchId?: string | undefined;
}

const ofBranch = (branchId: string | undefined) => (branchId === undefined ? {} : { branch_id: branchId });

/** The state now, or after event `seq`. */
export const getState = (runId: string, seq?: number, { signal, branchId }: BranchOptions = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/state", {
      params: { path: run(runId), query: { ...(seq === undefined ? {} : { seq }), ...ofBranch(branchId) } },
      signal,
    }),
  );

export const listEvents = (runId: string, query: ListEventsQuery = {}, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/events", { params: { path: run(runId), query }, signal }),
  );

/** Events in short, up to 5,000 at once. `next_cursor` is the `after_seq` of the next part. */
export const listTimeline = (runId: string, query: QueryOf<"list_timeline"> = {}, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/timeline", { params: { path: run(runId), query }, signal }),
  );

/** All events after `afterSeq`, page by page. */
export async function listAllEvents(runId: string, afterSeq = 0, options: Options = {}): Promise<RunEvent[]> {
  const found: RunEvent[] = [];
  let after: number | null = afterSeq;
  while (after !== null) {
    const page: Page<RunEvent> = await listEvents(runId, { after_seq: after, limit: 500 }, options);
    found.push(...page.items);
    after = page.next_cursor ? Number(page.next_cursor) : null;
  }
  return found;
}

export const getTree = (runId: string, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/runs/{workflow_run_id}/tree", { params: { path: run(runId) }, signal }));

export const explainWait = (runId: string, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/runs/{workflow_run_id}/why", { params: { path: run(runId) }, signal }));

export const listChildren = (runId: string, query: QueryOf<"list_children"> = {}, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/children", { params: { path: run(runId), query }, signal }),
  );

/** The calls of other workflows, in order. */
export const listSubWorkflowCalls = (
  runId: string,
  query: QueryOf<"list_sub_workflow_calls"> = {},
  { signal }: Options = {},
) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/sub-workflow-calls", {
      params: { path: run(runId), query },
      signal,
    }),
  );

export const listBranches = (runId: string, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/runs/{workflow_run_id}/branches", { params: { path: run(runId) }, signal }));

export const diffStates = (runId: string, span: { from: number; to: number }, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/diff", { params: { path: run(runId), query: span }, signal }),
  );

export const cancelRun = (runId: string, reason?: string): Promise<Run> =>
  dataOf(
    client.POST("/api/v1/runs/{workflow_run_id}/cancel", {
      params: { path: run(runId) },
      body: { reason: reason ?? null },
    }),
  );

export const retryRun = (runId: string): Promise<Run> =>
  dataOf(client.POST("/api/v1/runs/{workflow_run_id}/retry", { params: { path: run(runId) } }));

export const forkRun = (runId: string, request: { seq: number; children?: "cancel" | "keep" }) =>
  dataOf(
    client.POST("/api/v1/runs/{workflow_run_id}/fork", {
      params: { path: run(runId) },
      body: { seq: request.seq, children: request.children ?? "cancel" },
    }),
  );

export const postEvent = (runId: string, request: { waitKey: string; payload: unknown }) =>
  dataOf(
    client.POST("/api/v1/runs/{workflow_run_id}/events", {
      params: { path: run(runId) },
      body: { wait_key: request.waitKey, payload: request.payload },
    }),
  );

// Interactions

export const listInbox = (query: ListPageQuery = {}, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/inbox", { params: { query }, signal }));

export const listInteractions = (runId: string, { signal }: Options = {}) =>
  dataOf(client.GET("/api/v1/runs/{workflow_run_id}/interactions", { params: { path: run(runId) }, signal }));

const question = (runId: string, interactionId: string) => ({ ...run(runId), interaction_id: interactionId });

/** The question now, or as it was after event `seq`. */
export const getInteraction = (
  runId: string,
  interactionId: string,
  { seq, signal }: Options & { seq?: number | undefined } = {},
): Promise<Interaction> =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/interactions/{interaction_id}", {
      params: { path: question(runId, interactionId), query: seq === undefined ? {} : { seq } },
      signal,
    }),
  );

export interface RespondRequest {
  response: unknown;
  /** The revision that the person saw; a newer one is refused with 409 `interaction_changed`. */
  revision?: number;
  idempotencyKey?: string;
}

export const respond = (
  runId: string,
  interactionId: string,
  request: RespondRequest,
): Promise<Interaction> =>
  dataOf(
    client.POST("/api/v1/runs/{workflow_run_id}/interactions/{interaction_id}/respond", {
      params: { path: question(runId, interactionId), header: keyed(request.idempotencyKey) },
      body: { response: request.response, revision: request.revision ?? null },
    }),
  );

// Sub-actions

const subAction = (runId: string, subActionId: string) => ({ ...run(runId), sub_action_id: subActionId });

export const listSubActions = (runId: string, query: ListPageQuery = {}, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/sub-actions", { params: { path: run(runId), query }, signal }),
  );

export const getSubAction = (runId: string, subActionId: string, { signal }: Options = {}) =>
  dataOf(
    client.GET("/api/v1/runs/{workflow_run_id}/sub-actions/{sub_action_id}", {
      params: { path: subAction(runId, subActionId) },
      signal,
    }),
  );

export const cancelSubAction = (runId: string, subActionId: string, reason?: string) =>
  dataOf(
    client.POST("/api/v1/runs/{workflow_run_id}/sub-actions/{sub_action_id}/cancel", {
      params: { path: subAction(runId, subActionId) },
      body: { reason: reason ?? null },
    }),
  );

export interface SubActionRequest {
  interactionId: string;
  actionId: string;
  params?: JsonObject;
  /** One for each click: the same key joins the work that it started, and never starts a second. */
  idempotencyKey: string;
}

const part = encodeURIComponent;

/** Starts a sub-action and watches it over one connection. `core/sub-action.ts` goes on when that breaks. */
export const startSubAction = (runId: string, request: SubActionRequest, options: Options = {}) =>
  openStream({
    path: `/api/v1/runs/${part(runId)}/sub-action`,
    method: "POST",
    body: {
      interaction_id: request.interactionId,
      action_id: request.actionId,
      params: request.params ?? {},
    },
    headers: { "Idempotency-Key": request.idempotencyKey },
    ...options,
  }) as AsyncGenerator<SubActionMessage, void, undefined>;

interface JoinOptions extends Options {
  lastEventId?: string | undefined;
  onOpen?: (() => void) | undefined;
}

export const joinSubAction = (runId: string, subActionId: string, options: JoinOptions = {}) =>
  openStream({
    path: `/api/v1/runs/${part(runId)}/sub-actions/${part(subActionId)}/stream`,
    ...options,
  }) as AsyncGenerator<SubActionMessage, void, undefined>;

/** The run's events after `afterSeq`, then each new one; ends with the run. */
export const streamRunEvents = (runId: string, afterSeq: number, options: Options = {}) =>
  openStream({
    path: `/api/v1/runs/${part(runId)}/events/stream?after_seq=${afterSeq}`,
    ...options,
  }) as AsyncGenerator<RunEventMessage, void, undefined>;

/** Says which runs have changed; without end. `core/live.ts` keeps one open for the page. */
export const streamChanges = (options: JoinOptions = {}) =>
  openStream({ path: "/api/v1/events/stream", ...options }) as AsyncGenerator<ChangeMessage, void, undefined>;

// Files

/** Address of a stored file. With tokens an `<img>` cannot load it: use `useArtifact` of `core/artifact.ts`. */
export const artifactPath = (artifactId: string): string => `/api/v1/artifacts/${part(artifactId)}`;

export const getArtifact = async (artifactId: string, { signal }: Options = {}): Promise<Blob> =>
  (await send(new Request(addressOf(artifactPath(artifactId)), { signal: signal ?? null }))).blob();

/** Asks the server about a token before it is kept. */
export async function isTokenAccepted(value: string): Promise<boolean> {
  try {
    const headers = { Authorization: `Bearer ${value}` };
    return (await fetch(addressOf("/api/v1/modules"), { headers })).status !== 401;
  } catch {
    throw unreachable();
  }
}
