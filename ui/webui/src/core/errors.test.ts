import { afterEach, expect, it, vi } from "vitest";
import { getRun, startRun } from "@/core/api";
import { forgetToken, saveToken, tokenWanted } from "@/core/auth";
import { ApiError } from "@/core/errors";

const answer = (status: number, body: unknown, type = "application/problem+json") =>
  vi.fn(
    async (_: Request) => new Response(JSON.stringify(body), { status, headers: { "content-type": type } }),
  );

afterEach(() => {
  vi.unstubAllGlobals();
  forgetToken();
  tokenWanted.set(false);
});

it("a problem of the server becomes an error with its code, fields and facts", async () => {
  const errors = [{ pointer: "/payload/topic", message: "This is required." }];
  const problem = {
    type: "t",
    status: 422,
    title: "Invalid",
    code: "invalid_payload",
    detail: "No.",
    errors,
    run: 1,
  };
  vi.stubGlobal("fetch", answer(422, problem));
  const error = await startRun("cc", { payload: {} }).catch((found: unknown) => found);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: "invalid_payload",
    message: "No.",
    fields: errors,
    retryable: false,
  });
  expect((error as ApiError).facts.run).toBe(1);
});

it("a server that cannot be reached is an error that may pass", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => {
      throw new TypeError("Failed to fetch");
    }),
  );
  await expect(getRun("wf_1")).rejects.toMatchObject({ status: 0, code: "unreachable", retryable: true });
});

it("an answer that is no problem is told by its status", async () => {
  vi.stubGlobal("fetch", answer(502, "bad gateway", "text/html"));
  await expect(getRun("wf_1")).rejects.toMatchObject({ status: 502, code: "http_error", retryable: true });
});

it("401 asks for a token, and a saved one is sent", async () => {
  const refused = { type: "t", status: 401, title: "", code: "unauthorized", detail: "" };
  vi.stubGlobal("fetch", answer(401, refused));
  await getRun("wf_1").catch(() => undefined);
  expect(tokenWanted.get()).toBe(true);

  const accepted = answer(200, { workflow_run_id: "wf_1" }, "application/json");
  vi.stubGlobal("fetch", accepted);
  saveToken("a-token", { remember: false });
  await getRun("wf_1");
  expect(accepted.mock.calls[0]?.[0].headers.get("authorization")).toBe("Bearer a-token");
  expect(tokenWanted.get()).toBe(false);
});

it("a start carries an idempotency key", async () => {
  const accepted = answer(201, { workflow_run_id: "wf_1", status: "pending" }, "application/json");
  vi.stubGlobal("fetch", accepted);
  await startRun("cc", { payload: {}, idempotencyKey: "one" });
  expect(accepted.mock.calls[0]?.[0].headers.get("idempotency-key")).toBe("one");
});

it.each([
  [413, "too large"],
  [502, "does not answer"],
  [500, "failed (500)"],
  [418, "refused this (418)"],
])("a status %i without a problem is told in words", async (status, words) => {
  vi.stubGlobal("fetch", answer(status, "<h1>Hello</h1>", "text/html"));
  await expect(getRun("wf_1")).rejects.toThrow(words);
});

it.each([["<h1>Welcome to our wifi</h1>"], ['{"status": "comp'], [""]])(
  "an answer that cannot be read may be asked for again: %j",
  async (body) => {
    const headers = { "content-type": "application/json", "content-length": `${body.length}` };
    vi.stubGlobal("fetch", async () => new Response(body, { headers }));
    const error = await getRun("wf_1").catch((found: unknown) => found);
    expect(error).toMatchObject({ code: "unreadable", retryable: true });
  },
);
