/** The API token. Kept for the tab, or on this device where the person says so. */
import { readStored, writeStored } from "@/core/storage";
import { createStore } from "@/core/store";

const NAME = "token";

export const token = createStore<string | null>(readStored(NAME, "session") ?? readStored(NAME));

/** Whether the server refused the last call for want of a (right) token. */
export const tokenWanted = createStore(false);

export function saveToken(value: string, options: { remember: boolean }): void {
  writeStored(NAME, options.remember ? null : value, "session");
  writeStored(NAME, options.remember ? value : null);
  tokenWanted.set(false);
  token.set(value);
}

export function forgetToken(): void {
  writeStored(NAME, null, "session");
  writeStored(NAME, null);
  token.set(null);
}

export const isTokenRemembered = (): boolean => readStored(NAME) !== null;

export function authHeaders(): Record<string, string> {
  const value = token.get();
  return value ? { Authorization: `Bearer ${value}` } : {};
}
