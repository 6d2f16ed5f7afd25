/** What can go wrong with a call, as one type that pages can show. */
import type { Problem } from "@/core/types";

export interface FieldProblem {
  /** JSON pointer into what was sent, e.g. `/payload/topic`. */
  pointer: string;
  message: string;
}

/** The server said no (a problem of RFC 9457), or could not be reached (`status` 0, `code` "unreachable"). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fields: FieldProblem[];
  /** All that the problem says, ids included (`answered_by`, `sub_action_id`, ...). */
  readonly facts: Record<string, unknown>;
  readonly requestId: string | null;

  constructor(problem: Problem & Record<string, unknown>, requestId: string | null = null) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.fields = (problem.errors ?? []) as FieldProblem[];
    this.facts = problem;
    this.requestId = requestId;
  }

  /** Whether the same call may succeed later without being changed. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 502 || this.status === 504;
  }
}

export const isApiError = (error: unknown, code?: string): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code);

/** Whoever asked does not want to know any more. */
export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "AbortError";

function problem(
  status: number,
  code: string,
  title: string,
  detail: string,
): Problem & Record<string, unknown> {
  return { type: "about:blank", status, code, title, detail };
}

export function unreachable(): ApiError {
  const detail =
    "The server cannot be reached. Check that it runs; this page goes on by itself when it is back.";
  return new ApiError(problem(0, "unreachable", "No connection", detail));
}

/** An answer came, and cannot be read: it was cut off, or is of something between this page and the server. */
export function unreadable(): ApiError {
  const detail =
    "What came back cannot be read: the connection broke, or something before the server answered in its place. Try again.";
  return new ApiError(problem(0, "unreadable", "No answer", detail));
}

/** What a status says where nothing else does, as from a proxy. */
const STATUS_WORDS: Record<number, string> = {
  413: "That is too large for the server, or for what lies before it. Make it shorter.",
  429: "Too much was asked for at once. Wait a moment, then try again.",
  502: "The server does not answer. Try again in a moment.",
  503: "The server is not ready. Try again in a moment.",
  504: "The server took too long. Try again in a moment.",
};

/** The error of an answer whose status says that it failed. */
export async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id");
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const body: unknown = await response.json().catch(() => null);
    if (isProblem(body)) return new ApiError(body, requestId);
  }
  const detail =
    STATUS_WORDS[response.status] ??
    (response.status >= 500
      ? `The server failed (${response.status}). Try again; when it stays so, look into its log.`
      : `The server refused this (${response.status}) and says nothing more.`);
  return new ApiError(
    problem(response.status, "http_error", response.statusText || "Failed", detail),
    requestId,
  );
}

function isProblem(body: unknown): body is Problem & Record<string, unknown> {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body && "status" in body;
}
