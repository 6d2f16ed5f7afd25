import { describe, expect, it } from "vitest";
import { blocksOf, isRich, spansOf } from "@/interactions/text/rich-text";

describe("blocks", () => {
  it("are headings, paragraphs, lists, quotes, code and rules", () => {
    const text =
      "# Title\n\nOne line\nand more.\n- a\n- b\n  goes on\n\n1. x\n2. y\n\n> said\n\n```\n# no title\n```\n---";
    expect(blocksOf(text)).toEqual([
      { kind: "heading", level: 1, text: "Title" },
      { kind: "paragraph", text: "One line\nand more." },
      { kind: "list", ordered: false, items: ["a", "b\ngoes on"] },
      { kind: "list", ordered: true, items: ["x", "y"] },
      { kind: "quote", text: "said" },
      { kind: "code", text: "# no title" },
      { kind: "rule" },
    ]);
  });

  it("of code that never ends reach to the end", () => {
    expect(blocksOf("```\nx")).toEqual([{ kind: "code", text: "x" }]);
  });
});

describe("spans", () => {
  it("are emphasis, code, links and pictures of this server", () => {
    expect(spansOf("a **b *c*** `d` [e](https://x.org) ![f](/api/v1/artifacts/sha256%3A1)")).toEqual([
      { kind: "text", text: "a " },
      {
        kind: "strong",
        spans: [
          { kind: "text", text: "b " },
          { kind: "em", spans: [{ kind: "text", text: "c" }] },
        ],
      },
      { kind: "text", text: " " },
      { kind: "code", text: "d" },
      { kind: "text", text: " " },
      { kind: "link", href: "https://x.org", text: "e" },
      { kind: "text", text: " " },
      { kind: "picture", artifactId: "sha256:1", alt: "f" },
    ]);
  });

  it.each([
    "2 * 3 * 4",
    "snake_case_name",
    "[x](javascript:alert(1))",
    "![x](https://elsewhere.org/track.png)",
    "<b>html</b>",
  ])("leave %s as it is written", (text) => {
    expect(spansOf(text)).toEqual([{ kind: "text", text }]);
  });
});

it("a plain text is not rich", () => {
  expect(isRich("Two lines\nof text, 2 * 3.")).toBe(false);
  expect(isRich("- a list")).toBe(true);
  expect(isRich("some **weight**")).toBe(true);
});
