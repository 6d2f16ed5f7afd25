import { describe, expect, it } from "vitest";
import { log, second } from "@/runs/testing";
import { buildTrace } from "@/runs/trace";
import { causeOf, childKeysAbove, failuresOf, type Moment, pathTo, traceRows } from "@/runs/trace-rows";
import { scaleOf, splitOf, stretchesOf } from "@/runs/trace-time";
import type { TraceNode } from "@/runs/trace-types";

const all = { isOpen: () => true, childTrees: new Map<string, TraceNode>(), moment: null };
const shown = (root: TraceNode, moment: Moment | null = null) =>
  traceRows(root, { ...all, moment }).map((row) => `${"  ".repeat(row.level - 1)}${row.key} ${row.status}`);

const ASKED = log(
  ["run_created", { workflow_id: "cc" }],
  "step_started scenes",
  "module_started scenes make",
  "module_completed scenes make",
  "module_started scenes pick",
  ["interaction_requested scenes pick", { interaction_id: "int_1", title: "Which?" }],
  [
    "sub_action_started scenes pick",
    { sub_action_id: "sa_1", action_id: "make_more", interaction_id: "int_1", child_workflow_id: "wf_sub_1" },
  ],
  ["sub_action_completed scenes pick", { sub_action_id: "sa_1", child_workflow_id: "wf_sub_1" }],
  ["interaction_responded scenes pick", { interaction_id: "int_1", at: 100 }],
  ["module_completed scenes pick", { at: 101 }],
  ["step_completed scenes", { at: 101 }],
  ["run_completed", { at: 101 }],
);

describe("a trace", () => {
  it("has what was done inside an open question below it", () => {
    expect(shown(buildTrace("wf", ASKED))).toEqual([
      "run completed",
      "  step:scenes completed",
      "    module:make completed",
      "    module:pick completed",
      "      question:int_1 answered",
      "        sub:sa_1 completed",
      "          child:wf_sub_1 completed",
    ]);
  });

  it("takes its words from the definition where it has them", () => {
    const names = { steps: new Map([["scenes", "Scenes!"]]), actions: new Map([["pick/make_more", "More"]]) };
    const [step] = buildTrace("wf", ASKED, names).children;
    const question = step?.children[1]?.children[0];
    expect([step?.label, question?.label, question?.children[0]?.label]).toEqual([
      "Scenes!",
      "Which?",
      "More",
    ]);
  });

  it("of a run that goes on is open at its end", () => {
    const root = buildTrace("wf", ASKED.slice(0, 6));
    expect(shown(root).at(-1)).toBe("      question:int_1 open");
    expect(shown(root).slice(0, 2)).toEqual(["run open", "  step:scenes open"]);
    expect(pathTo(root, "module:pick").at(-1)).toMatchObject({ status: "open", end: null, toSeq: null });
  });

  it("says who was busy when: machine, person, machine", () => {
    const pick = pathTo(buildTrace("wf", ASKED), "module:pick").at(-1);
    expect(pick?.parts).toEqual([
      { kind: "work", start: second(4), end: second(5) },
      { kind: "person", start: second(5), end: second(100) },
      { kind: "work", start: second(100), end: second(101) },
    ]);
  });

  it("shows the moment that is looked at, and what comes later as not there yet", () => {
    const rows = shown(buildTrace("wf", ASKED), { runId: "wf", seq: 6, at: second(5) });
    expect(rows).toEqual([
      "run open",
      "  step:scenes open",
      "    module:make completed",
      "    module:pick open",
      "      question:int_1 open",
      "        sub:sa_1 future",
      "          child:wf_sub_1 future",
    ]);
  });

  it("puts the attempts of a module below it, each with its own end", () => {
    const root = buildTrace(
      "wf",
      log(
        "run_created",
        "step_started one",
        "module_started one call",
        [
          "wait_started one call",
          {
            wait_key: "retry:call",
            reason: "retry",
            attempt: 1,
            error_code: "http_failed",
            error_message: "503",
          },
        ],
        ["wait_resolved one call", { wait_key: "retry:call" }],
        ["module_failed one call", { attempt: 2, error_code: "http_failed", error_message: "504" }],
        ["step_failed one", { error_code: "http_failed" }],
        ["run_failed", { error_code: "http_failed" }],
      ),
    );
    expect(shown(root).slice(2)).toEqual([
      "    module:call failed",
      "      module:call/attempt:1 failed",
      "      module:call/attempt:2 failed",
    ]);
    const [first, second] = root.children[0]?.children[0]?.children ?? [];
    expect([first?.error?.message, second?.error?.message]).toEqual(["503", "504"]);
    expect(root.children[0]?.children[0]?.parts.map((part) => part.kind)).toEqual(["work", "wait", "work"]);
  });

  it("has a fan-out's children below its module, each with its item's number", () => {
    const root = buildTrace(
      "wf",
      log(
        "run_created",
        "step_started ask",
        "module_started ask each",
        ["wait_started ask each", { wait_key: "subworkflow:each", reason: "subworkflow" }],
        ["sub_workflow_started ask each", { sub_run_id: "wf_a", workflow_id: "source", index: 0 }],
        ["sub_workflow_started ask each", { sub_run_id: "wf_b", workflow_id: "source", index: 1 }],
        ["sub_workflow_failed ask each", { sub_run_id: "wf_b", index: 1, error_message: "gone" }],
        ["sub_workflow_completed ask each", { sub_run_id: "wf_a", index: 0 }],
        "module_completed ask each",
        ["wait_resolved ask each", { wait_key: "subworkflow:each" }],
      ),
    );
    const module = root.children[0]?.children[0];
    expect(module?.children.map((node) => `${node.label} ${node.status}`)).toEqual([
      "Source 1 completed",
      "Source 2 failed",
    ]);
    expect(module).toMatchObject({ status: "completed", toSeq: 9 });
    expect(failuresOf(root).map((node) => node.key)).toEqual(["child:wf_b"]);
    expect(causeOf(root)).toBeUndefined();
  });

  it("of a failed run knows the failure that ended it from those that it survived", () => {
    const root = buildTrace(
      "wf",
      log(
        "run_created",
        "step_started one",
        "module_started one soft",
        ["module_failed one soft", { continued: true, error_message: "never mind" }],
        "module_started one hard",
        ["module_failed one hard", { error_message: "no" }],
        "step_failed one",
        "run_failed",
      ),
    );
    expect(failuresOf(root).map((node) => node.key)).toEqual(["module:soft", "module:hard"]);
    expect(causeOf(root)?.key).toBe("module:hard");
  });

  it("shows a child's rows under keys of their own, without the step made for a sub-action", () => {
    const child = buildTrace(
      "wf_sub_1",
      log("run_created", "step_started sub_action_x", "module_started sub_action_x make"),
    );
    const childTrees = new Map([["wf_sub_1", child]]);
    const rows = traceRows(buildTrace("wf", ASKED), { ...all, childTrees });
    expect(rows.at(-1)?.key).toBe("child:wf_sub_1/module:make");
    expect(childKeysAbove("child:a/child:b/module:make/attempt:2")).toEqual(["child:a", "child:a/child:b"]);
    expect(childKeysAbove("module:make/attempt:2")).toEqual([]);
  });

  it("of ten thousand rows is made in a moment", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => [
      `module_started s${index % 50} m${index}`,
      `module_completed s${index % 50} m${index}`,
    ]).flat();
    const before = performance.now();
    const rows = traceRows(buildTrace("wf", log("run_created", ...lines)), all);
    expect(rows).toHaveLength(5051);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe("time", () => {
  it("is split into work, people and waiting", () => {
    expect(splitOf(stretchesOf(buildTrace("wf", ASKED), second(500)))).toEqual({
      work: 4000, // make, pick before and after the person, the sub-action
      person: 94_000,
      wait: 3000, // before the first module and between the two nothing went on
    });
  });

  it("of a run that goes on runs until now", () => {
    const stretches = stretchesOf(buildTrace("wf", ASKED.slice(0, 6)), second(1000));
    expect(stretches.at(-1)).toEqual({ kind: "person", start: second(5), end: second(1000) });
  });

  it("spent waiting is a gap of the axis, and the axis keeps its order", () => {
    const scale = scaleOf(stretchesOf(buildTrace("wf", ASKED), second(101)), { collapse: true });
    expect(scale.gaps.map((gap) => [gap.kind, gap.end - gap.start])).toEqual([["person", 93_000]]);
    const places = [0, 3, 5, 50, 100, 101].map((at) => scale.place(second(at)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect([places[0], places.at(-1)]).toEqual([0, 1]);
    expect((scale.gaps[0]?.to ?? 1) - (scale.gaps[0]?.from ?? 0)).toBeCloseTo(0.08);
  });

  it("is drawn true where that is wanted", () => {
    const scale = scaleOf(stretchesOf(buildTrace("wf", ASKED), second(101)), { collapse: false });
    expect(scale.gaps).toEqual([]);
    expect(scale.place(second(50.5))).toBeCloseTo(0.5);
  });

  it("of a run that has only waited is all gap", () => {
    const root = buildTrace("wf", log("run_created", "step_started one"));
    const scale = scaleOf(stretchesOf(root, second(3600)), { collapse: true });
    expect(scale.gaps).toHaveLength(1);
    expect([scale.place(second(0)), scale.place(second(3600))]).toEqual([0, 1]);
  });
});
