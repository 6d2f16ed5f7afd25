import { describe, expect, it } from "vitest";
import { placeOf } from "@/ui/json-place";
import { errorOffset, parseJson } from "@/ui/json-text";

const text = `{
  "name": "A",
  "steps": [
    { "step_id": "one", "modules": [{ "a/b": 1 }] },
    { "step_id": "two" }
  ]
}`;
const found = (pointer: string, source = text) => {
  const { from, to } = placeOf(source, pointer);
  return source.slice(from, to);
};

describe("the place of a pointer", () => {
  it.each([
    ["/name", '"name": "A"'],
    ["/steps/1/step_id", '"step_id": "two"'],
    ["/steps/0/modules/0/a~1b", '"a/b": 1'],
    ["/steps", '"steps"'],
    ["/steps/1", "{"],
  ])("%s is %s", (pointer, expected) => expect(found(pointer)).toBe(expected));

  it("that leads to nothing is the nearest there is", () => {
    expect(found("/steps/1/modules/0/name")).toBe("{");
    expect(found("/nothing")).toBe("{");
    expect(found("/steps/7")).toBe('"steps"');
  });

  it("is found in text that is not JSON yet", () => expect(found("/b", '{"a": , "b": 2')).toBe('"b": 2'));

  it("is the beginning of no text at all", () => expect(placeOf("", "/a")).toEqual({ from: 0, to: 0 }));
});

describe("JSON that is being written", () => {
  it("gives its value", () => expect(parseJson("[1]")).toEqual({ ok: true, value: [1] }));

  it("says where it is not right", () =>
    expect(parseJson('{\n  "a": oops\n}')).toEqual({
      ok: false,
      offset: 9,
      message: "This is no JSON yet: look at line 2, column 8.",
    }));

  it.each([
    ['{"a": 1', 7],
    ['{"a": 1,}', 8],
    ["[1 2]", 3],
    ["[1,]", 3],
    ['{"a" 1}', 5],
    ["{a: 1}", 1],
    ['{"a": "x\ny"}', 6],
    ["[1]]", 3],
    ["", 0],
    ["{]", 1],
    ["[01]", 2],
    ['{"a":}', 5],
  ])("%j stops at %d", (text, offset) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(errorOffset(text)).toBe(offset);
  });

  it.each(['{"a":[{},[],{"b":null}],"c":-1.5e3}', ' "x\\u00e9" ', "true"])(
    "%s is read to its end",
    (text) => {
      JSON.parse(text);
      expect(errorOffset(text)).toBe(text.length);
    },
  );
});
