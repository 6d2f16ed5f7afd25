/** A call as a command for the terminal. The token stays out of it: `$INTERLUDE_TOKEN` stands for it. */
import { token } from "@/core/auth";
import { addressOf } from "@/core/http";

export interface CurlCall {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  stream?: boolean;
}

export function curlOf(call: CurlCall): string {
  const parts = ["curl", call.stream ? "-sN" : "-s"];
  const method = call.method ?? "GET";
  if (method !== "GET" && !(method === "POST" && call.body !== undefined)) parts.push("-X", method);
  parts.push(quote(addressOf(call.path)));
  if (token.get()) parts.push("-H", '"Authorization: Bearer $INTERLUDE_TOKEN"');
  if (call.body !== undefined) {
    parts.push("-H", quote("Content-Type: application/json"), "-d", quote(JSON.stringify(call.body)));
  }
  return parts.join(" ");
}

/** For POSIX shells. */
const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
