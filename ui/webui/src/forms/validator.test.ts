import { describe, expect, it } from "vitest";
import { problemsOf } from "@/forms/schema-check";
import { createValidator, errorSchemaOf } from "@/forms/validator";

const schema = {
  type: "object",
  required: ["topic"],
  properties: {
    topic: { type: "string", minLength: 2 },
    count: { anyOf: [{ type: "integer" }, { type: "null" }] },
  },
};

describe("checking", () => {
  it("says nothing of what fits", () =>
    expect(problemsOf(schema, { topic: "sea", count: null })).toEqual([]));

  it("names a missing field at its place", () => {
    expect(problemsOf(schema, {})).toEqual([{ pointer: "/topic", message: "This is required." }]);
  });

  it("tells one problem for a value that fits none of its forms", () => {
    expect(problemsOf(schema, { topic: "sea", count: "x" })).toEqual([
      { pointer: "/count", message: "This fits none of the forms that are possible here." },
    ]);
  });

  it("finds the field of an error that the server told", () => {
    const found = errorSchemaOf([{ pointer: "/payload/scenes/0/title", message: "Too long." }], "/payload");
    expect(found.scenes?.["0" as never]).toMatchObject({ title: { __errors: ["Too long."] } });
  });

  it("is what rjsf asks for", () => {
    const { errors, errorSchema } = createValidator(schema).validateFormData({ topic: "x" }, schema as never);
    expect(errors).toHaveLength(1);
    expect(errorSchema).toMatchObject({
      topic: { __errors: ["This is too short: it takes at least 2 characters."] },
    });
  });
});
