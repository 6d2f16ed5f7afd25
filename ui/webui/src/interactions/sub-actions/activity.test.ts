import { describe, expect, it } from "vitest";
import type { SubActionMessage } from "@/core/types";
import {
  type Activity,
  advance,
  begun,
  earlierFeedback,
  fromRecord,
  isOpen,
  placeOf,
  shareOf,
} from "@/interactions/sub-actions/activity";
import { keysOf } from "@/interactions/sub-actions/shortcut";
import { subAction } from "@/interactions/test/question";

const start = begun("key", "again", { feedback: "darker" }, "2026-03-02T08:00:00.000Z");

const progress = (
  more: Partial<Extract<SubActionMessage, { event: "progress" }>["data"]>,
): SubActionMessage => ({
  id: "1.0",
  event: "progress",
  data: {
    sub_action_id: "sa_1",
    module_name: "make_scenes",
    module_index: 0,
    module_count: 2,
    status: "started",
    message: null,
    progress: null,
    ...more,
  },
});

const following = (...messages: SubActionMessage[]): Activity => messages.reduce(advance, start);

describe("a sub-action that is followed", () => {
  it("knows its id and child once it has started", () => {
    const data = { sub_action_id: "sa_1", action_id: "again", child_workflow_id: "wf_sub_1" };
    const started = following({ id: "0.0", event: "started", data });
    expect(started).toMatchObject({ phase: "running", subActionId: "sa_1", childId: "wf_sub_1" });
  });

  it("moves on with each module and each report of one", () => {
    expect(shareOf(start)).toBeNull();
    expect(shareOf(following(progress({})))).toBe(0);
    expect(shareOf(following(progress({ progress: 0.5 })))).toBe(0.25);
    expect(shareOf(following(progress({ progress: 0.5 }), progress({ message: "half" })))).toBe(0.25);
    expect(shareOf(following(progress({ status: "completed" })))).toBe(0.5);
    expect(shareOf(following(progress({ module_index: 1, module_name: "save", progress: 1 })))).toBe(1);
  });

  it("says where it is", () => {
    expect(placeOf(start)).toBe("Starting");
    expect(placeOf(following(progress({})))).toBe("1 of 2: Make scenes");
    expect(placeOf(following(progress({ module_count: 1 })))).toBe("Make scenes");
    expect(placeOf(following(progress({ status: "retrying" })))).toBe("1 of 2: Make scenes, trying again");
    expect(placeOf(fromRecord(subAction({ status: "queued" })))).toBe("Waits for its turn");
  });

  it("keeps a module's last words until the next one begins", () => {
    const told = following(progress({ message: "Asking" }), progress({ progress: 0.4 }));
    expect(told.module?.message).toBe("Asking");
    expect(advance(told, progress({ module_index: 1, module_name: "save" })).module?.message).toBeNull();
  });

  it("ends in one of three ways, and is open before", () => {
    expect(isOpen(start)).toBe(true);
    const done = { sub_action_id: "sa_1", updated_state: {}, child_workflow_id: null };
    expect(following({ id: "9.0", event: "complete", data: done }).phase).toBe("complete");
    const failure = { code: "model_down", message: "It is away.", sub_action_id: "sa_1" } as never;
    expect(following({ id: "9.0", event: "error", data: failure })).toMatchObject({
      phase: "error",
      failure: { message: "It is away." },
    });
    const gone = { sub_action_id: "sa_1", reason: "answered" };
    const cancelled = following({ id: "9.0", event: "cancelled", data: gone });
    expect(cancelled).toMatchObject({ phase: "cancelled", reason: "answered" });
    expect(isOpen(cancelled)).toBe(false);
  });
});

it("earlier feedback is offered once each, the newest first", () => {
  const records = ["darker", "brighter", "darker", "  "].map((feedback) =>
    subAction({ params: { feedback } }),
  );
  expect(earlierFeedback([...records, subAction()])).toEqual(["darker", "brighter"]);
});

it.each([
  ["m", "m"],
  ["Ctrl+G", "mod+g"],
  ["cmd + g", "mod+g"],
  ["alt+x", "alt+x"],
  ["?", "?"],
])("shortcut %s means %s", (written, keys) => {
  expect(keysOf(written)).toBe(keys);
});
