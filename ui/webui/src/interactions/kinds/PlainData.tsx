import type { JsonObject } from "@/core/types";
import { Values } from "@/interactions/kinds/Values";

/** Whatever a question shows, without its headline, which the page has already. */
export function PlainData({ data }: { data: unknown }) {
  if (typeof data !== "object" || data === null || Array.isArray(data))
    return <Values value={data} label="What the question shows" />;
  const { title: _, prompt: __, ...rest } = data as JsonObject;
  return Object.keys(rest).length > 0 ? <Values value={rest} label="What the question shows" /> : null;
}
