/** The little of Markdown that posts and letters use. What is not known stays as it is written. */

export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "quote"; text: string }
  | { kind: "list"; ordered: boolean; items: string[] }
  | { kind: "code"; text: string }
  | { kind: "rule" };

export type Span =
  | { kind: "text"; text: string }
  | { kind: "strong" | "em"; spans: Span[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; text: string }
  | { kind: "picture"; artifactId: string; alt: string };

const ITEM = /^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+/;

export function blocksOf(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = blockAt(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number): [Block | null, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [null, at + 1];
  if (line.startsWith("```")) {
    const end = lines.indexOf("```", at + 1);
    const stop = end < 0 ? lines.length : end;
    return [{ kind: "code", text: lines.slice(at + 1, stop).join("\n") }, stop + 1];
  }
  const heading = /^(#{1,6})\s+(.+)$/.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" }, at + 1];
  if (/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line)) return [{ kind: "rule" }, at + 1];
  return runAt(lines, at);
}

/** Lines that belong together: a list, a quote, a paragraph. */
function runAt(lines: readonly string[], at: number): [Block, number] {
  const first = lines[at] ?? "";
  if (ITEM.test(first)) {
    const end = endOf(lines, at, (line) => ITEM.test(line) || /^\s{2,}\S/.test(line));
    const items: string[] = [];
    for (const line of lines.slice(at, end)) {
      if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
      else items[items.length - 1] += `\n${line.trim()}`;
    }
    return [{ kind: "list", ordered: /^\s*\d/.test(first), items }, end];
  }
  if (first.startsWith(">")) {
    const end = endOf(lines, at, (line) => line.startsWith(">"));
    const text = lines.slice(at, end).map((line) => line.replace(/^>\s?/, ""));
    return [{ kind: "quote", text: text.join("\n") }, end];
  }
  const end = endOf(
    lines,
    at,
    (line) => line.trim() !== "" && !/^(#{1,6}\s|>|```)/.test(line) && !ITEM.test(line),
  );
  return [{ kind: "paragraph", text: lines.slice(at, end).join("\n") }, end];
}

function endOf(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  let end = at + 1;
  while (end < lines.length && belongs(lines[end] ?? "")) end++;
  return end;
}

const SPAN =
  /!\[(?<alt>[^\]]*)\]\((?<src>[^)\s]+)\)|\[(?<text>[^\]]+)\]\((?<href>[^)\s]+)\)|`(?<code>[^`]+)`|\*\*(?<strong>\S(?:.*?\S)?)\*\*(?!\*)|(?<![\w*])\*(?<em>\S(?:[^*]*?\S)?)\*(?![\w*])|(?<!\w)_(?<em2>\S(?:[^_]*?\S)?)_(?!\w)/gsu;

export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const found of text.matchAll(SPAN)) {
    const span = spanOf(found.groups ?? {});
    if (!span) continue;
    if (found.index > at) spans.push({ kind: "text", text: text.slice(at, found.index) });
    spans.push(span);
    at = found.index + found[0].length;
  }
  if (at < text.length) spans.push({ kind: "text", text: text.slice(at) });
  return spans;
}

const ARTIFACT = /^\/api\/v1\/artifacts\/([^/?#]+)$/;

function spanOf(found: Record<string, string | undefined>): Span | null {
  if (found.src !== undefined) {
    const artifact = ARTIFACT.exec(found.src)?.[1];
    return artifact
      ? { kind: "picture", artifactId: decodeURIComponent(artifact), alt: found.alt ?? "" }
      : null;
  }
  if (found.href !== undefined)
    return /^https?:\/\//.test(found.href)
      ? { kind: "link", href: found.href, text: found.text ?? found.href }
      : null;
  if (found.code !== undefined) return { kind: "code", text: found.code };
  if (found.strong !== undefined) return { kind: "strong", spans: spansOf(found.strong) };
  const em = found.em ?? found.em2;
  return em === undefined ? null : { kind: "em", spans: spansOf(em) };
}

/** Whether the text has anything in it that would be shown otherwise than it is written. */
export const isRich = (text: string): boolean =>
  blocksOf(text).some(
    (block) => block.kind !== "paragraph" || spansOf(block.text).some((span) => span.kind !== "text"),
  );
