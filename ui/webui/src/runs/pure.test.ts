import { describe, expect, it } from "vitest";
import type { Run } from "@/core/types";
import { eventDetail, isInGroup, matchesText } from "@/runs/event-words";
import { planFork } from "@/runs/fork-plan";
import { nestRuns, titleOf } from "@/runs/nest-runs";
import { diffStates, pathText, touches } from "@/runs/state-diff";
import { log } from "@/runs/testing";
import { ticksOf } from "@/runs/ticks";

describe("differences of two states", () => {
  const lines = (before: unknown, after: unknown) =>
    diffStates(before, after).map((change) => `${change.op} ${pathText(change.path)}`);

  it("are told key by key", () => {
    expect(lines({ a: 1, b: { c: "x" }, d: 1 }, { a: 1, b: { c: "y" }, e: null })).toEqual([
      "replace b.c",
      "remove d",
      "add e",
    ]);
  });

  it("of lists are told by item, where one that is put in front changes no other", () => {
    const before = { scenes: [{ id: "a", title: "Pier" }] };
    const after = {
      scenes: [
        { id: "b", title: "Fog" },
        { id: "a", title: "The pier" },
      ],
    };
    expect(lines(before, after)).toEqual(["add scenes.0", "replace scenes.1.title"]);
  });

  it("are none where nothing is different", () => {
    expect(diffStates({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });

  it("belong to a path that is above or below", () => {
    expect([
      touches("story", "story.title"),
      touches("story.title", "story"),
      touches("sto", "story"),
    ]).toEqual([true, true, false]);
  });
});

describe("the plan of a fork", () => {
  const events = log(
    "run_created",
    "module_started s make",
    "module_completed s make",
    "module_started s pick",
    ["interaction_requested s pick", { interaction_id: "int_1", title: "Which?" }],
    ["interaction_responded s pick", { interaction_id: "int_1" }],
    "module_completed s pick",
    "module_started s call",
    ["sub_workflow_started s call", { sub_run_id: "wf_c", workflow_id: "part" }],
    ["sub_workflow_completed s call", { sub_run_id: "wf_c" }],
    "module_completed s call",
  );

  it("asks a question again that was open then, and runs what came after it", () => {
    expect(planFork(events, 5)).toEqual({
      again: ["call"],
      questions: ["Which?"],
      children: [{ runId: "wf_c", workflowId: "part", ended: true }],
    });
  });

  it("runs again what was at work then", () => {
    expect(planFork(events, 2)).toMatchObject({ again: ["make", "pick", "call"], questions: [] });
  });

  it("leaves alone what began before", () => {
    expect(planFork(events, 9)).toMatchObject({ again: ["call"], children: [] });
  });
});

describe("a list of runs", () => {
  const run = (id: string, parent: string | null = null) =>
    ({ workflow_run_id: id, parent_workflow_id: parent }) as Run;

  it("has children below their parent, however far down", () => {
    const nested = nestRuns([run("c", "b"), run("x"), run("b", "a"), run("a")]);
    expect(nested.map(({ run, depth }) => `${run.workflow_run_id}${depth}`)).toEqual([
      "x0",
      "a0",
      "b1",
      "c2",
    ]);
  });

  it("keeps a child whose parent is on another page", () => {
    expect(nestRuns([run("b", "a")]).map(({ depth }) => depth)).toEqual([0]);
  });

  it("says what a run is about by its first text", () => {
    expect(titleOf({ payload: { count: 3, topic: " a night\nmarket " } })).toBe("a night market");
    expect(titleOf({ payload: { count: 3, loud: true } })).toBe("count: 3, loud: true");
    expect([titleOf({ payload: null }), titleOf({ payload: {} })]).toEqual(["", ""]);
    expect(titleOf({ payload: "x".repeat(200) })).toHaveLength(80);
  });
});

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

describe("marks on the slider", () => {
  it("show the most telling event of a place", () => {
    const events = log(
      ...Array.from({ length: 1000 }, (_, i) => (i === 500 ? "module_failed" : "module_started")),
    );
    const ticks = ticksOf(events, 1000);
    expect(ticks.get("bad")).toHaveLength(1);
    expect([...ticks.values()].flat()).toHaveLength(300);
  });

  it("of one event are at the beginning", () => {
    expect([...ticksOf(log("run_created"), 1).values()]).toEqual([[0]]);
  });
});
