import { describe, expect, it } from "vitest";
import type { ModuleType } from "@/core/types";
import { doesOf, groupModules } from "@/modules/group-modules";
import { namespaceTitle, snippetOf } from "@/modules/snippet";

const module = (module_id: string, more: Partial<ModuleType> = {}): ModuleType => ({
  module_id,
  title: "",
  description: "",
  interactive: false,
  effects: false,
  kind: null,
  offers_sub_action: false,
  inputs_schema: { type: "object" },
  outputs_schema: { type: "object" },
  ...more,
});

const all = [
  module("user.select", { interactive: true, description: "Asks a person to pick." }),
  module("core.set", { title: "Set values" }),
  module("sub_workflow"),
  module("user.approve", { interactive: true, effects: true }),
  module("http.request", { effects: true }),
];
const shown = (groups: ReturnType<typeof groupModules>) =>
  groups.map((group) => [group.namespace, ...group.modules.map((item) => item.module_id)]);

describe("the catalogue", () => {
  it("is grouped by namespace, all in order", () =>
    expect(shown(groupModules(all))).toEqual([
      ["core", "core.set"],
      ["http", "http.request"],
      ["sub_workflow", "sub_workflow"],
      ["user", "user.approve", "user.select"],
    ]));

  it("is searched by words in any order", () => {
    expect(shown(groupModules(all, { q: "person  PICK" }))).toEqual([["user", "user.select"]]);
    expect(groupModules(all, { q: "nothing" })).toEqual([]);
  });

  it("is filtered by what modules do", () => {
    expect(all.map(doesOf)).toEqual(["asks", "computes", "computes", "asks", "works"]);
    expect(shown(groupModules(all, { does: "works" }))).toEqual([["http", "http.request"]]);
  });

  it("has names for its groups", () =>
    expect([namespaceTitle("user"), namespaceTitle("my_tools")]).toEqual(["People", "My tools"]));
});

describe("the snippet of a module", () => {
  it("takes the example that the module gives", () => {
    const found = module("demo.shout", {
      inputs_schema: {
        type: "object",
        required: ["text"],
        examples: [{ text: "hey" }],
        properties: { text: {} },
      },
      outputs_schema: { type: "object", properties: { text: { type: "string" } } },
    });
    expect(JSON.parse(snippetOf(found))).toEqual({
      module_id: "demo.shout",
      name: "my_demo_shout",
      inputs: { text: "hey" },
      outputs_to_state: { text: "text" },
    });
  });

  it("makes one from the fields otherwise", () => {
    const schema = { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 3 } } };
    expect(JSON.parse(snippetOf(module("a.b", { inputs_schema: schema })))).toEqual({
      module_id: "a.b",
      name: "my_a_b",
      inputs: { n: 3 },
    });
  });
});
