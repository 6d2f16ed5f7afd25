import { describe, expect, it } from "vitest";
import {
  type Generation,
  nameOf,
  originOf,
  pictureParam,
  pictureProblem,
  readMedia,
  withoutParam,
} from "@/interactions/media/media";

const made = (id: string, more: Partial<Generation> = {}): Generation => ({
  id,
  artifact_id: `art_${id}`,
  prompt: "a pier",
  ...more,
});
const shown = (...generations: Generation[]) =>
  readMedia({ generations, prompts: [], select: { min: 1, max: 1 } });

describe("pictures", () => {
  it("are counted as they were made, each once", () => {
    const data = shown(made("a"), made("b"), made("a"));
    expect(data.generations).toHaveLength(2);
    expect(nameOf(data, "b")).toBe("Picture 2");
    expect(nameOf(data, "art_b")).toBe("Picture 2");
    expect(nameOf(data, "c")).toBeNull();
  });

  it("say what made them, and nothing of what is not known", () => {
    const b = made("b", { created_from: "a", action_type: "img2img", strength: 0.4, width: 8, height: 6 });
    expect(originOf(shown(made("a"), b), b)).toEqual([
      ["Made", "Varied from a picture"],
      ["Varied from", "Picture 1"],
      ["How different", "0.4"],
      ["Text", "a pier"],
      ["Size", "8 × 6"],
    ]);
  });

  it("must be as many as are asked for", () => {
    expect(pictureProblem(shown(), 0)).toMatch(/have some made/);
    expect(pictureProblem(shown(made("a")), 0)).toMatch(/Pick a picture/);
    expect(pictureProblem(shown(made("a")), 1)).toBeNull();
    expect(pictureProblem(shown(made("a"), made("b")), 2)).toMatch(/1 at most/);
  });
});

it("a param that names a picture is found and taken out of the form", () => {
  const schema = { properties: { image_id: {}, strength: {} }, required: ["image_id", "strength"] };
  expect(pictureParam(schema)).toBe("image_id");
  expect(withoutParam(schema, "image_id")).toEqual({ properties: { strength: {} }, required: ["strength"] });
  expect(pictureParam({ properties: { topic: {} } })).toBeNull();
  expect(pictureParam(null)).toBeNull();
});
