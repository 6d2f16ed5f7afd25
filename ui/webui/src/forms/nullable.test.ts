import { describe, expect, it } from "vitest";
import { fillNulls, prepare } from "@/forms/nullable";

const nullable = {
  anyOf: [{ type: "string", maxLength: 5 }, { type: "null" }],
  default: null,
  title: "Notes",
};

describe("a schema that is shown", () => {
  it("has one control for what may be null", () => {
    expect(prepare({ type: "object", properties: { notes: nullable } })).toEqual({
      type: "object",
      properties: { notes: { type: "string", maxLength: 5, title: "Notes" } },
    });
  });

  it("keeps a real choice of two", () => {
    const choice = { anyOf: [{ type: "string" }, { type: "number" }, { type: "null" }] };
    expect(prepare(choice)).toEqual({ anyOf: [{ type: "string" }, { type: "number" }] });
  });

  it("is prepared at every depth", () => {
    const deep = { $defs: { a: { properties: { b: nullable } } }, items: nullable };
    expect(JSON.stringify(prepare(deep))).not.toContain("null");
  });

  it("names fields that have no title", () => {
    expect(prepare({ properties: { scene_count: { type: "integer" } } })).toMatchObject({
      properties: { scene_count: { title: "Scene count" } },
    });
  });
});

describe("what is sent", () => {
  const schema = { type: "object", required: ["notes"], properties: { notes: nullable, other: nullable } };
  it("has null for what is required and was left empty", () => {
    expect(fillNulls(schema, {})).toEqual({ notes: null });
    expect(fillNulls(schema, { notes: "x" })).toEqual({ notes: "x" });
  });
});
