import { expect, it } from "vitest";
import { enteredText } from "@/interactions/answer/entered";

it.each([
  ["a comment", "a comment"],
  [{ text: "Dear all", over: "Dear" }, "Dear all"],
  [{ text: null, over: "Dear" }, ""],
  [{ values: { name: "Ada" }, over: "{}" }, '{\n  "name": "Ada"\n}'],
  [{ values: undefined, json: "{" }, "{"],
  [[{ key: "a", label: "Trout" }, "img_2"], "Trout\nimg_2"],
  [undefined, ""],
])("what was entered as %j can be read", (draft, text) => {
  expect(enteredText(draft)).toBe(text);
});
