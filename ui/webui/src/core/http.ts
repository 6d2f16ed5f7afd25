/** The one way to the server: adds the token, turns failures into ApiError. */
import { authHeaders, tokenWanted } from "@/core/auth";
import { errorOf, isAbort, unreachable } from "@/core/errors";

/** As `fetch`. Raises ApiError for every answer that is no success, and AbortError when `signal` says so. */
export async function send(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(authHeaders())) request.headers.set(name, value);
  const response = await reach(request);
  if (response.ok) return response;
  if (response.status === 401) tokenWanted.set(true);
  throw await errorOf(response);
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted || isAbort(error)) throw error;
    throw unreachable();
  }
}

/** An absolute address on this server. */
export const addressOf = (path: string): string => new URL(path, window.location.origin).href;
