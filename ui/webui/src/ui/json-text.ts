/** JSON that is being written. Pure. */

export type Parsed = { ok: true; value: unknown } | { ok: false; message: string; offset: number };

/** The value, or what to tell somebody who is typing, and where. */
export function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const offset = errorOffset(text);
    return { ok: false, offset, message: `This is no JSON yet: look at ${lineOf(text, offset)}.` };
  }
}

export const prettyJson = (value: unknown): string => JSON.stringify(value, null, 2);

function lineOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** One token. Control characters in texts are no JSON. */
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

type Wanted = "value" | "value or ]" | "name" | "name or }" | ":" | "next" | "end";

/** Where it stops to be JSON. Browsers say it in different words, or not at all. */
export function errorOffset(text: string): number {
  const open: Open = [];
  let wanted: Wanted = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token: string | undefined = TOKEN.exec(text)?.[0];
    const then: Wanted | null = token === undefined ? null : STEPS[wanted](token, open);
    if (token === undefined || then === null) return at;
    wanted = then;
    at = skipSpace(text, at + token.length);
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at] ?? "")) at++;
  return at;
}

type Open = ("{" | "[")[];

const afterValue = (open: Open): Wanted => (open.length > 0 ? "next" : "end");

function close(open: Open): Wanted {
  open.pop();
  return afterValue(open);
}

function value(token: string, open: Open): Wanted | null {
  if (/^[}\],:]$/.test(token)) return null;
  if (token !== "{" && token !== "[") return afterValue(open);
  open.push(token);
  return token === "{" ? "name or }" : "value or ]";
}

const name = (token: string): Wanted | null => (token.startsWith('"') ? ":" : null);

function next(token: string, open: Open): Wanted | null {
  const isObject = open.at(-1) === "{";
  if (token === ",") return isObject ? "name" : "value";
  return token === (isObject ? "}" : "]") ? close(open) : null;
}

/** What may come after a token; null: the token may not come here. */
const STEPS: Record<Wanted, (token: string, open: Open) => Wanted | null> = {
  value,
  "value or ]": (token, open) => (token === "]" ? close(open) : value(token, open)),
  name,
  "name or }": (token, open) => (token === "}" ? close(open) : name(token)),
  ":": (token) => (token === ":" ? "value" : null),
  next,
  end: () => null,
};
