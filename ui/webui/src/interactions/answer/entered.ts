/** What a person has entered and not sent, as a text to read and to copy, whatever kind of question it was for. */
export function enteredText(draft: unknown): string {
  if (typeof draft === "string") return draft;
  if (Array.isArray(draft)) return draft.map(labelOf).join("\n");
  if (typeof draft !== "object" || draft === null) return "";
  const { text, json, values } = draft as Record<string, unknown>;
  const written = text ?? json;
  if (typeof written === "string") return written;
  return values === undefined || values === null ? "" : JSON.stringify(values, null, 2);
}

const labelOf = (pick: unknown): string =>
  typeof pick === "object" && pick !== null && "label" in pick ? String(pick.label) : String(pick);
