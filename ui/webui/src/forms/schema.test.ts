import { describe, expect, it } from "vitest";
import type { JsonObject } from "@/core/types";
import { problemsOf } from "@/forms/schema-check";
import { defaultsOf, exampleOf } from "@/forms/schema-example";
import { limitsOf, schemaRows, typeWords } from "@/forms/schema-rows";

const schema: JsonObject = {
  type: "object",
  required: ["topic", "sources", "turn"],
  $defs: {
    Turn: {
      type: "object",
      description: "One turn.",
      required: ["role"],
      properties: { role: { enum: ["user", "system"] }, next: { $ref: "#/$defs/Turn" } },
    },
  },
  properties: {
    topic: { type: "string", title: "Topic", minLength: 3, maxLength: 200, examples: ["street trees"] },
    notes: { anyOf: [{ type: "string", maxLength: 5 }, { type: "null" }], default: null },
    count: { type: "integer", minimum: 1, maximum: 50, default: 6 },
    turn: { $ref: "#/$defs/Turn", description: "The last turn." },
    sources: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
      },
    },
    mode: { type: "string", enum: ["fast", "slow"] },
  },
};

describe("a schema as rows", () => {
  const rows = schemaRows(schema);
  const row = (key: string) => rows.find((item) => item.key === key);

  it("has one for each field, nested ones below theirs", () => {
    expect(rows.filter((item) => item.level < 2).map((item) => item.key)).toEqual([
      "topic",
      "notes",
      "count",
      "turn",
      "turn.role",
      "turn.next",
      "sources",
      "sources.[].name",
      "sources.[].tags",
      "mode",
    ]);
  });

  it("says kinds of values in words", () => {
    expect(row("notes")?.type).toBe("text or nothing");
    expect(row("sources")?.type).toBe("list of objects");
    expect(row("sources.[].tags")?.type).toBe("list of texts");
    expect(row("turn.role")?.type).toBe("one of these");
    expect(typeWords({}, {})).toBe("any value");
    expect(typeWords({ type: ["integer", "null"] }, {})).toBe("whole number or nothing");
    expect(typeWords({ anyOf: [{ type: "array" }, { type: "object" }] }, {})).toBe(
      "list of values or object",
    );
  });

  it("knows what must be there", () => {
    expect(rows.filter((item) => item.required && item.level === 0).map((item) => item.name)).toEqual([
      "topic",
      "turn",
      "sources",
    ]);
    expect(row("sources.[].name")?.required).toBe(true);
  });

  it("says limits in words, also of what may be nothing", () => {
    expect(row("topic")?.limits).toEqual(["3 to 200 characters"]);
    expect(row("notes")?.limits).toEqual(["at most 5 characters"]);
    expect(row("sources")?.limits).toEqual(["at least 1 item"]);
    expect(limitsOf({ exclusiveMinimum: 0, maximum: 5, minLength: 0 })).toEqual(["at most 5", "above 0"]);
    expect(limitsOf({ minItems: 2, maxItems: 2, uniqueItems: true })).toEqual([
      "exactly 2 items",
      "no two alike",
    ]);
  });

  it("keeps choices, what is taken when it is left out, and examples", () => {
    expect(row("mode")?.choices).toEqual(["fast", "slow"]);
    expect(row("count")?.fallback).toBe(6);
    expect(row("topic")?.example).toBe("street trees");
  });

  it("words of a reference beside it win", () => expect(row("turn")?.description).toBe("The last turn."));

  it("ends where a schema holds itself", () =>
    expect(Math.max(...rows.map((item) => item.level))).toBeLessThan(8));
});

describe("what does not fit", () => {
  it.each<[JsonObject, unknown, string]>([
    [{ type: "integer" }, "x", "This has to be a whole number."],
    [{ type: ["string", "null"] }, 1, "This has to be text or nothing."],
    [{ enum: ["a", 2] }, 3, "This has to be one of a, 2."],
    [{ const: "a" }, 3, 'This has to be "a".'],
    [{ type: "string", minLength: 3 }, "x", "This is too short: it takes at least 3 characters."],
    [{ type: "string", maxLength: 1 }, "xyz", "This is too long: it takes at most 1 character."],
    [{ type: "number", minimum: -2.5 }, -3, "This has to be at least -2.5."],
    [{ type: "number", maximum: 5 }, 6, "This has to be at most 5."],
    [{ type: "number", exclusiveMinimum: 0 }, 0, "This has to be more than 0."],
    [{ type: "number", exclusiveMaximum: 5 }, 5, "This has to be less than 5."],
    [{ type: "array", minItems: 2 }, [1], "There have to be at least 2 items."],
    [{ type: "array", maxItems: 1 }, [1, 2], "There may be at most 1 item."],
    [{ type: "array", uniqueItems: true }, [1, 1], "Two of these are the same."],
    [{ type: "string", format: "email" }, "x", "This does not have the form that is asked for: email."],
  ])("%j with %j", (given, value, message) =>
    expect(problemsOf(given, value)).toEqual([{ pointer: "", message }]),
  );

  it("names a field that is not known", () => {
    const closed = { type: "object", properties: { a: {} }, additionalProperties: false };
    expect(problemsOf(closed, { a: 1, z: 1 })).toEqual([
      { pointer: "/z", message: "There is no such field here." },
    ]);
  });
});

describe("what a form begins with", () => {
  it("is what the schema says, at every depth, and nothing else", () => {
    expect(
      defaultsOf({
        type: "object",
        properties: {
          a: { default: 1 },
          b: { type: "object", properties: { c: { default: [2] }, d: { type: "string" } } },
          e: { type: "object", properties: { f: {} } },
          g: { default: null },
        },
      }),
    ).toEqual({ a: 1, b: { c: [2] } });
    expect(defaultsOf({ type: "string" })).toEqual({});
  });
});

describe("an example of a schema", () => {
  it("fits it, and holds what must be there alone", () => {
    const example = exampleOf(schema);
    expect(problemsOf(schema, example)).toEqual([]);
    expect(example).toEqual({ topic: "street trees", sources: [{ name: "text" }], turn: { role: "user" } });
  });

  it.each<JsonObject>([
    { type: "string", minLength: 12 },
    { type: "string", maxLength: 2 },
    { type: "string", format: "date-time" },
    { type: "integer", minimum: 3 },
    { type: "integer", exclusiveMinimum: 7 },
    { type: "number", exclusiveMinimum: 0, maximum: 1 },
    { type: "number", maximum: -2 },
    { type: "boolean" },
    { const: "x" },
    { enum: [3, 4] },
    { anyOf: [{ type: "null" }, { type: "array", minItems: 2, items: { type: "integer" } }] },
    { type: "object", required: ["a"], properties: { a: {} } },
  ])("fits %j", (given) => expect(problemsOf(given, exampleOf(given))).toEqual([]));
});
