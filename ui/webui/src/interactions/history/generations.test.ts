import { expect, it } from "vitest";
import type { RunEvent } from "@/core/types";
import { generationsOf } from "@/interactions/history/generations";
import { subAction } from "@/interactions/test/question";

const landed = (seq: number, id: string) =>
  ({ seq, timestamp: `t${seq}`, data: { sub_action_id: id } }) as unknown as RunEvent;

it("earlier versions are those before each sub-action of the question, the newest first", () => {
  const [one, two] = [subAction({ sub_action_id: "sa_1" }), subAction({ sub_action_id: "sa_2" })];
  const events = [landed(20, "sa_2"), landed(12, "sa_1"), landed(15, "of another question")];
  expect(generationsOf(events, [one, two], "asked")).toEqual([
    { seq: 12, record: one, at: "t12" },
    { seq: 11, record: null, at: "asked" },
  ]);
  expect(generationsOf([], [one], "asked")).toEqual([]);
});
