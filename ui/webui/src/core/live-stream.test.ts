import { QueryClient } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetToken, saveToken, tokenWanted } from "@/core/auth";
import { onRunChange, startLive, useLiveState } from "@/core/live";
import { keys } from "@/core/query";

/** What the server does with one connection after the other; the last of it for every further one. */
type Answer = () => Response | Promise<Response>;

const encoder = new TextEncoder();
const open: ReadableStreamDefaultController<Uint8Array>[] = [];

/** A stream that says so much and then stays open. */
const stream = (text = ""): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(`: hello\n\n${text}`));
        open.push(controller);
      },
    }),
    { headers: { "content-type": "text/event-stream" } },
  );

const problem = (status: number, code: string): Response =>
  Response.json(
    { type: "about:blank", title: code, detail: code, status, code },
    { status, headers: { "content-type": "application/problem+json" } },
  );

const away: Answer = () => Promise.reject(new TypeError("Failed to fetch"));

const changed = (id: number): string =>
  `id: ${id}\nevent: run\ndata: ${JSON.stringify({ workflow_run_id: "wf_1", root_run_id: "wf_1", parent_workflow_id: null })}\n\n`;

const requests: Request[] = [];
let client: QueryClient;
let stop = () => {};

function serve(...answers: Answer[]): void {
  vi.stubGlobal("fetch", (request: Request) => {
    requests.push(request);
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])?.());
  });
  client = new QueryClient();
  client.setQueryData(keys.inbox, []);
  stop = startLive(client);
}

/** The network is back, so nothing is waited for any longer. */
const hurry = () => window.dispatchEvent(new Event("online"));
const liveState = () => renderHook(() => useLiveState()).result.current;
const heard = (name: string) => requests.map((request) => request.headers.get(name));

beforeEach(() => {
  requests.length = 0;
  open.length = 0;
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  forgetToken();
  tokenWanted.set(false);
});

describe("the stream of changes", () => {
  it("tells of runs, and goes on after the last message where it was cut", async () => {
    const listener = vi.fn();
    const leave = onRunChange(listener);
    serve(
      () => stream(changed(5)),
      () => stream(),
    );
    await expect.poll(() => listener.mock.calls.length).toBe(1);
    open[0]?.close();
    await expect.poll(() => requests.length).toBe(2);
    expect(heard("Last-Event-ID")).toEqual([null, "5"]);
    leave();
  });

  it("is offline from the second failure on, and back everything may have changed", async () => {
    serve(away, away, away, () => stream());
    await expect.poll(liveState).toBe("offline");
    hurry();
    await expect
      .poll(() => {
        hurry();
        return liveState();
      })
      .toBe("live");
    await expect.poll(() => client.getQueryState(keys.inbox)?.isInvalidated).toBe(true);
  });

  it("begins anew where the server does not know its place any more", async () => {
    serve(
      () => stream(changed(5)),
      () => problem(400, "invalid_event_id"),
      () => stream(),
    );
    await expect.poll(() => open.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 0));
    open[0]?.close();
    await expect.poll(() => requests.length).toBe(3);
    expect(heard("Last-Event-ID")).toEqual([null, "5", null]);
  });

  it("waits for a token where the server wants one", async () => {
    serve(
      () => problem(401, "unauthorized"),
      () => stream(),
    );
    await expect.poll(() => tokenWanted.get()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 0));
    hurry();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(requests).toHaveLength(1);
    saveToken("secret", { remember: false });
    await expect.poll(() => requests.length).toBe(2);
    expect(heard("Authorization")).toEqual([null, "Bearer secret"]);
  });

  it("is closed with the page", async () => {
    serve(() => stream());
    await expect.poll(liveState).toBe("live");
    stop();
    await expect.poll(() => requests[0]?.signal.aborted).toBe(true);
    hurry();
    expect(requests).toHaveLength(1);
  });
});
