/** Server-Sent Events over fetch: POST, headers and cancelling, which a browser's EventSource cannot do. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { addressOf, send } from "@/core/http";

export interface StreamRequest {
  path: string;
  method?: "GET" | "POST";
  body?: unknown;
  headers?: Record<string, string>;
  /** Goes on after the message with this id. */
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
  /** The server has taken the request; messages may be long in coming. */
  onOpen?: (() => void) | undefined;
}

export interface StreamMessage {
  id: string;
  event: string;
  data: unknown;
}

/**
 * The messages of one connection, until the server ends it or it breaks (then it throws).
 *
 * Raises ApiError where the server refuses before the stream begins. Leaving the loop closes the connection.
 */
export async function* openStream(request: StreamRequest): AsyncGenerator<StreamMessage, void, undefined> {
  const controller = new AbortController();
  const abort = () => controller.abort(request.signal?.reason);
  if (request.signal?.aborted) abort();
  request.signal?.addEventListener("abort", abort, { once: true });
  try {
    const response = await send(toRequest(request, controller.signal));
    request.onOpen?.();
    if (response.body) yield* parse(response.body);
  } finally {
    request.signal?.removeEventListener("abort", abort);
    controller.abort();
  }
}

function toRequest(request: StreamRequest, signal: AbortSignal): Request {
  const headers = new Headers({ Accept: "text/event-stream", ...request.headers });
  if (request.lastEventId) headers.set("Last-Event-ID", request.lastEventId);
  if (request.body !== undefined) headers.set("Content-Type", "application/json");
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  return new Request(addressOf(request.path), { method: request.method ?? "GET", headers, body, signal });
}

/** Messages in bytes, however they are cut. A message that was cut off by the end is no message. */
export async function* parse(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamMessage, void, undefined> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { id: value.id ?? "", event: value.event ?? "message", data: JSON.parse(value.data) };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
