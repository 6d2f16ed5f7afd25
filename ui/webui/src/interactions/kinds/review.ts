/** `review`: a text or a value to edit. */

export interface ReviewData {
  content: unknown;
  format?: "text" | "markdown" | "json" | null;
}

export const isJson = (data: ReviewData): boolean =>
  data.format === "json" || typeof data.content !== "string";

/** The content as it is edited. */
export const textOf = (data: ReviewData): string =>
  isJson(data) ? JSON.stringify(data.content ?? null, null, 2) : String(data.content);

export type Read = { content: unknown } | { problem: string };

/** What was typed, as content again. */
export function readText(data: ReviewData, text: string): Read {
  if (!isJson(data)) return { content: text };
  try {
    return { content: JSON.parse(text) };
  } catch (error) {
    const where = error instanceof SyntaxError ? ` (${error.message})` : "";
    return { problem: `This is no valid JSON yet${where}. Texts need double quotes.` };
  }
}
