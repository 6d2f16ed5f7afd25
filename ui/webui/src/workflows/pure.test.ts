import { describe, expect, it } from "vitest";
import type { Interaction, Run } from "@/core/types";
import { diffDefinitions } from "@/workflows/definition-diff";
import { asksInputs, findModule, offeredSubActions, saverOf } from "@/workflows/definition-parts";
import { earlierInputs, fitInputs } from "@/workflows/earlier-inputs";
import { findQuestion } from "@/workflows/find-question";
import { diffLines } from "@/workflows/line-diff";

const definition = {
  workflow_id: "w",
  name: "W",
  steps: [
    {
      step_id: "one",
      modules: [
        { name: "make", module_id: "api.llm", inputs: { input: "a" } },
        {
          name: "pick",
          module_id: "user.select",
          sub_actions: [
            {
              id: "again",
              label: "Again",
              feedback: {},
              actions: [{ type: "target_sub_action" }],
              result_mapping: [{ source: "x", target: "scenes" }],
            },
            { id: "own", actions: [{ type: "self_sub_action" }], hidden: true, feedback: { enabled: false } },
          ],
        },
      ],
    },
    { step_id: "two", modules: [{ name: "end", module_id: "core.set" }] },
  ],
};

describe("what is different in two versions", () => {
  const told = (change: (copy: typeof definition) => void) => {
    const copy = structuredClone(definition);
    change(copy);
    return diffDefinitions(definition, copy).map((item) => `${item.op} ${item.path.join(" › ")}`);
  };

  it("is told by names, not by numbers", () => {
    expect(
      told((copy) => {
        copy.name = "V";
        Object.assign(copy.steps[0]?.modules[0] ?? {}, { inputs: { input: "b" } });
      }),
    ).toEqual(["changed name", "changed steps › one › modules › make › inputs › input"]);
  });

  it("does not touch what stands behind something new", () => {
    expect(told((copy) => copy.steps.unshift({ step_id: "zero", modules: [] }))).toEqual([
      "added steps › zero",
    ]);
  });

  it("knows what was moved, and what was taken out", () => {
    expect(told((copy) => copy.steps.reverse())).toEqual([
      expect.stringMatching(/^moved steps › (one|two)$/),
    ]);
    expect(told((copy) => copy.steps.pop())).toEqual(["removed steps › two"]);
  });

  it("is nothing where nothing is", () => expect(told(() => undefined)).toEqual([]));

  it("counts what has no name", () => {
    const [change] = diffDefinitions({ list: [1, 2] }, { list: [1, 2, 3] });
    expect(change).toMatchObject({ path: ["list", "#3"], op: "added", after: 3 });
  });
});

describe("two texts line by line", () => {
  const told = (before: string, after: string) =>
    diffLines(before, after).map(
      (line) => `${{ same: " ", removed: "-", added: "+", gap: "…" }[line.kind]}${line.text}`,
    );

  it("keep what is equal", () => expect(told("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]));

  it("have gaps where much is equal", () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`);
    expect(told(lines.join("\n"), [...lines, "new"].join("\n"))).toEqual([
      "…7 equal lines",
      " line 7",
      " line 8",
      "+new",
    ]);
  });

  it("that are long are told whole", () => {
    const long = (mark: string) => Array.from({ length: 1200 }, (_, index) => `${mark}${index}`).join("\n");
    expect(diffLines(long("a"), long("b"))).toHaveLength(2400);
  });
});

describe("what runs were started with", () => {
  const run = (id: string, payload: unknown) => ({ workflow_run_id: id, payload }) as Run;

  it("is there once, the latest first, and not where it is nothing", () => {
    const found = earlierInputs([run("c", { a: 1 }), run("b", {}), run("a", { a: 1 }), run("0", { a: 2 })]);
    expect(found.map((item) => item.run.workflow_run_id)).toEqual(["c", "0"]);
  });

  it("is summed up in a few lines", () => {
    const payload = { topic: "x".repeat(300), list: [1, { a: 2 }], flag: false, more: 1, still: 2 };
    const [found] = earlierInputs([run("a", payload)]);
    expect(found?.lines).toEqual([`topic: ${"x".repeat(120)}…`, 'list: [1,{"a":2}]', "flag: false"]);
    expect(found?.more).toBe(2);
  });
});

describe("inputs of an older version", () => {
  const schema = {
    type: "object",
    additionalProperties: false,
    properties: {
      topic: { type: "string" },
      who: { type: "object", additionalProperties: false, properties: { name: {} } },
      open: { type: "object", properties: { a: {} } },
    },
  };

  it("lose what cannot be shown", () =>
    expect(fitInputs({ topic: "x", tone: "y", who: { name: "z", age: 3 }, open: { b: 1 } }, schema)).toEqual({
      value: { topic: "x", who: { name: "z" }, open: { b: 1 } },
      dropped: ["tone", "who.age"],
    }));

  it("stay as they are where all of it fits", () => {
    const value = { topic: "x" };
    expect(fitInputs(value, schema).value).toBe(value);
    expect(fitInputs(value, {})).toEqual({ value, dropped: [] });
  });
});

describe("what a definition offers", () => {
  it("has its sub-actions with their place", () => {
    expect(offeredSubActions(definition)).toEqual([
      expect.objectContaining({
        id: "again",
        moduleName: "pick",
        own: false,
        feedback: true,
        writes: ["scenes"],
      }),
      expect.objectContaining({ id: "own", label: "own", own: true, feedback: false, hidden: true }),
    ]);
  });

  it("finds a module by its place in the graph", () => {
    expect(findModule(definition, "module:end")).toMatchObject({ stepId: "two" });
    expect(findModule(definition, "module:gone")).toBeUndefined();
    expect(findModule(definition, undefined)).toBeUndefined();
  });

  it("knows whether it asks for anything", () => {
    expect([
      asksInputs({}),
      asksInputs({ type: "object" }),
      asksInputs({ type: "object", properties: {}, additionalProperties: false }),
      asksInputs({ type: "object", properties: { a: {} } }),
      asksInputs({ type: "string", minLength: 1 }),
    ]).toEqual([false, false, false, true, true]);
  });

  it("says who saved it", () =>
    expect([saverOf("ana"), saverOf("files")]).toEqual(["ana", "the workflows folder"]));
});

describe("the first question of a run", () => {
  const question = { workflow_run_id: "child", interaction_id: "int_1" } as Interaction;
  const doors = (opensAt: number, status: Run["status"] = "processing") => {
    let looks = 0;
    return {
      looks: () => looks,
      getRun: async () => ({ status }) as Run,
      listInteractions: async () => ({ items: ++looks > opensAt ? [question] : [] }),
      pause: async () => undefined,
    };
  };

  it("is found when it opens within a moment, also below the run", async () =>
    expect(await findQuestion("wf", doors(3))).toEqual({ runId: "child", interactionId: "int_1" }));

  it("is not waited for when the run has ended", async () => {
    const ended = doors(99, "completed");
    expect(await findQuestion("wf", ended)).toBeNull();
    expect(ended.looks()).toBe(1);
  });

  it("is not waited for long, and no failure matters", async () => {
    expect(await findQuestion("wf", doors(99))).toBeNull();
    const broken = { ...doors(0), listInteractions: () => Promise.reject(new Error("gone")) };
    expect(await findQuestion("wf", broken)).toBeNull();
  });
});
