import { describe, expect, it } from "vitest";
import { eventDetail, isInGroup, matchesText } from "@/runs/event-words";
import { log } from "@/runs/testing";

describe("events in words", () => {
  const [asked, failed, wrote] = log(
    ["interaction_requested s pick", { title: "Which?" }],
    ["module_failed s make", { error_message: "no money" }],
    ["module_completed s make", { writes: ["story.title"] }],
  );

  it("say what is worth saying", () => {
    expect([asked, failed, wrote].map((event) => event && eventDetail(event))).toEqual([
      "Which?",
      "no money",
      "wrote story.title",
    ]);
  });

  it("are found by any of their words", () => {
    expect(asked && matchesText(asked, "pick which")).toBe(true);
    expect(asked && matchesText(asked, "pick money")).toBe(false);
    expect(wrote && matchesText(wrote, "STORY")).toBe(true);
  });

  it("belong to groups", () => {
    expect(failed && isInGroup(failed, "failures")).toBe(true);
    expect(failed && isInGroup(failed, "module")).toBe(true);
    expect(wrote && isInGroup(wrote, "writes")).toBe(true);
    expect(asked && isInGroup(asked, "run")).toBe(false);
  });
});
