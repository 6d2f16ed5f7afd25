import { describe, expect, it } from "vitest";
import type { Interaction } from "@/core/types";
import { aboveOf, grouped, placeOf, shownItems, workflowChoices } from "@/interactions/inbox/inbox-rows";
import { question } from "@/interactions/test/question";

const NAMES: Record<string, string> = { cc: "Content creation", campaign: "Campaign" };
const nameOf = (id: string) => NAMES[id] ?? id;

const asked = (id: string, at: string, more: Partial<Interaction> = {}): Interaction =>
  question({ interaction_id: id, requested_at: at, ...more });

const child = asked("int_c", "2026-03-02T09:00:00.000Z", {
  kind: "form",
  title: "What shall we make?",
  step_id: "user_input",
  path: [
    { workflow_run_id: "wf_1", workflow_id: "campaign", module_name: "start_post" },
    { workflow_run_id: "wf_2", workflow_id: "cc", module_name: "ask_brief" },
  ],
});
const own = asked("int_a", "2026-03-02T08:00:00.000Z", { title: "Which scene?" });

const idsOf = (items: readonly Interaction[]) => items.map((item) => item.interaction_id);

describe("the questions that the inbox shows", () => {
  it("begins with the newest, or with the oldest", () => {
    expect(idsOf(shownItems([own, child], {}))).toEqual(["int_c", "int_a"]);
    expect(idsOf(shownItems([own, child], { sort: "oldest" }))).toEqual(["int_a", "int_c"]);
  });

  it("finds a child's question by the workflow above it", () => {
    expect(idsOf(shownItems([own, child], { workflow: "campaign" }))).toEqual(["int_c"]);
  });

  it("keeps what has the kind and every word", () => {
    expect(idsOf(shownItems([own, child], { kind: "form" }))).toEqual(["int_c"]);
    expect(idsOf(shownItems([own, child], { q: "scene WHICH" }))).toEqual(["int_a"]);
    expect(shownItems([own, child], { q: "nothing" })).toEqual([]);
  });

  it("names the place, and what is above it", () => {
    expect(placeOf(child, nameOf)).toBe("Content creation › User input");
    expect(aboveOf(child, nameOf)).toEqual(["Campaign"]);
    expect(aboveOf(own, nameOf)).toEqual([]);
  });

  it("offers each workflow once, by its name", () => {
    expect(workflowChoices([own, child], nameOf)).toEqual([
      { value: "campaign", label: "Campaign" },
      { value: "cc", label: "Content creation" },
    ]);
  });
});

describe("groups", () => {
  it("divides today from before, in the order given", () => {
    const noon = new Date(2026, 2, 2, 12).getTime();
    const today = asked("int_t", new Date(2026, 2, 2, 0, 1).toISOString());
    const before = asked("int_b", new Date(2026, 2, 1, 23, 59).toISOString());
    expect(grouped([today, before], noon).map((group) => [group.label, idsOf(group.items)])).toEqual([
      ["Today", ["int_t"]],
      ["Older", ["int_b"]],
    ]);
    expect(grouped([before, today], noon).map((group) => group.label)).toEqual(["Older", "Today"]);
  });
});
