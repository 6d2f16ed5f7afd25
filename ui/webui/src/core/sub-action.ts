/** A sub-action from the click to its end, over as many connections as it takes. */
import { joinSubAction, type SubActionRequest, startSubAction } from "@/core/api";
import { ApiError, isApiError } from "@/core/errors";
import type { SubActionMessage } from "@/core/types";

const ENDS: readonly string[] = ["complete", "error", "cancelled"];
const PAUSES_MS = [300, 1000, 2000, 4000, 8000];

/** Whether this message is the last of its sub-action. */
export const isLast = (message: SubActionMessage): boolean =>
  ENDS.includes(message.event) && !isBroken(message);

/** An `error` without the sub-action's id: the connection failed, the work goes on. */
const isBroken = (message: SubActionMessage): boolean =>
  message.event === "error" && !message.data.sub_action_id;

/**
 * Starts a sub-action and yields its messages until the last one. A connection that breaks is taken up again where it
 * was; the work itself goes on whatever happens here.
 *
 * Raises ApiError when the server refuses the start, or cannot be reached for about a quarter of a minute.
 */
export async function* runSubAction(
  runId: string,
  request: SubActionRequest,
  signal?: AbortSignal,
): AsyncGenerator<SubActionMessage, void, undefined> {
  yield* resume(
    (lastEventId, subActionId) =>
      subActionId === undefined
        ? startSubAction(runId, request, { signal })
        : joinSubAction(runId, subActionId, { signal, lastEventId }),
    signal,
  );
}

/** The same for one that was started earlier, from its first message. */
export async function* watchSubAction(
  runId: string,
  subActionId: string,
  signal?: AbortSignal,
): AsyncGenerator<SubActionMessage, void, undefined> {
  yield* resume((lastEventId) => joinSubAction(runId, subActionId, { signal, lastEventId }), signal);
}

type Connect = (
  lastEventId: string | undefined,
  subActionId: string | undefined,
) => AsyncGenerator<SubActionMessage, void, undefined>;

/** Exported for tests. */
export async function* resume(
  connect: Connect,
  signal?: AbortSignal,
  pauses: readonly number[] = PAUSES_MS,
): AsyncGenerator<SubActionMessage, void, undefined> {
  const seen: Seen = { lastEventId: undefined, subActionId: undefined, failures: 0, ended: false };
  for (;;) {
    let failure: unknown = new ApiError(CUT_OFF);
    try {
      yield* readOnce(connect, seen);
    } catch (error) {
      if (signal?.aborted || (isApiError(error) && !error.retryable)) throw error;
      if (isApiError(error)) failure = error;
    }
    if (seen.ended) return;
    const wait = pauses[seen.failures++];
    if (wait === undefined) throw failure;
    await new Promise((done) => setTimeout(done, wait));
    signal?.throwIfAborted();
  }
}

interface Seen {
  lastEventId: string | undefined;
  subActionId: string | undefined;
  /** Connections in a row that brought nothing. */
  failures: number;
  ended: boolean;
}

async function* readOnce(connect: Connect, seen: Seen): AsyncGenerator<SubActionMessage, void, undefined> {
  for await (const message of connect(seen.lastEventId, seen.subActionId)) {
    if (isBroken(message)) return;
    seen.failures = 0;
    seen.lastEventId = message.id || seen.lastEventId;
    seen.subActionId = message.data.sub_action_id ?? seen.subActionId;
    yield message;
    seen.ended = isLast(message);
    if (seen.ended) return;
  }
}

const CUT_OFF = {
  type: "about:blank",
  status: 0,
  code: "stream_cut_off",
  title: "Lost sight of the sub-action",
  detail: "The connection ended before the sub-action did. It may still be running; look again in a moment.",
};
