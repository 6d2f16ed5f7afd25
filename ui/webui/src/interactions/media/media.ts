/** `media`: pictures that were made, and what made them. */

export interface Generation {
  id: string;
  artifact_id: string;
  prompt: string;
  media_type?: string;
  seed?: number | null;
  width?: number | null;
  height?: number | null;
  provider?: string | null;
  model?: string | null;
  action_type?: string | null;
  created_from?: string | null;
  strength?: number | null;
  feedback?: string | null;
  negative_prompt?: string | null;
}

export interface MediaPrompt {
  index: number;
  prompt: string;
}

export interface MediaData {
  prompts: MediaPrompt[];
  generations: Generation[];
  min: number;
  max: number | null;
}

export function readMedia(data: unknown): MediaData {
  const given = (data ?? {}) as {
    prompts?: MediaPrompt[];
    generations?: Generation[];
    select?: { min?: number; max?: number | null };
  };
  const known = new Map((given.generations ?? []).map((item) => [item.id, item]));
  return {
    prompts: given.prompts ?? [],
    generations: [...known.values()],
    min: given.select?.min ?? 1,
    max: given.select?.max ?? null,
  };
}

/** `Picture 3`, counted as they were made. */
export const nameOf = (data: MediaData, id: string | null | undefined): string | null => {
  const at = data.generations.findIndex((item) => item.id === id || item.artifact_id === id);
  return at < 0 ? null : `Picture ${at + 1}`;
};

const METHODS: Record<string, string> = { txt2img: "From the text", img2img: "Varied from a picture" };

/** What made the picture, as names and texts. */
export function originOf(data: MediaData, item: Generation): [name: string, text: string][] {
  const source = nameOf(data, item.created_from);
  const facts: [string, string | null][] = [
    ["Made", item.action_type ? (METHODS[item.action_type] ?? item.action_type) : null],
    ["Varied from", source],
    ["How different", item.strength == null ? null : String(item.strength)],
    ["Asked for", item.feedback || null],
    ["Text", item.prompt || null],
    ["Without", item.negative_prompt || null],
    ["Size", item.width && item.height ? `${item.width} × ${item.height}` : null],
    ["Seed", item.seed == null ? null : String(item.seed)],
    ["By", [item.provider, item.model].filter(Boolean).join(", ") || null],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** Names of params that mean one of the pictures. */
const PICTURE_PARAMS = ["image_id", "generation_id", "artifact_id"] as const;

/** The param of this schema that names a picture, if one does. */
export function pictureParam(schema: Record<string, unknown> | null | undefined): string | null {
  const properties = (schema?.properties ?? {}) as Record<string, unknown>;
  return PICTURE_PARAMS.find((name) => name in properties) ?? null;
}

/** The schema without that param, which is asked for with pictures instead of a text field. */
export function withoutParam(schema: Record<string, unknown>, name: string): Record<string, unknown> {
  const { [name]: _, ...properties } = (schema.properties ?? {}) as Record<string, unknown>;
  const required = Array.isArray(schema.required) ? schema.required.filter((item) => item !== name) : [];
  return { ...schema, properties, required };
}

/** Why this many cannot be sent, or null. */
export function pictureProblem(data: MediaData, count: number): string | null {
  if (count < data.min && data.generations.length < data.min)
    return "There are not enough pictures yet: have some made first.";
  if (count < data.min)
    return data.min === 1 ? "Pick a picture first." : `Pick ${data.min} at least; ${count} picked so far.`;
  if (data.max !== null && count > data.max)
    return `Pick ${data.max} at most; ${count} are picked. Take some away.`;
  return null;
}
