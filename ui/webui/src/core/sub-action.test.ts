import { describe, expect, it } from "vitest";
import { ApiError, unreachable } from "@/core/errors";
import { resume } from "@/core/sub-action";
import type { SubActionMessage } from "@/core/types";

const started: SubActionMessage = {
  id: "1.0",
  event: "started",
  data: { sub_action_id: "sa_1", action_id: "again", child_workflow_id: null },
};
const complete: SubActionMessage = {
  id: "9.0",
  event: "complete",
  data: { sub_action_id: "sa_1", updated_state: { scenes: [] }, child_workflow_id: null },
};
const problem = {
  type: "",
  title: "",
  status: 503,
  detail: "",
  code: "store_unavailable",
  message: "",
  sub_action_id: null,
};
const broken: SubActionMessage = { id: "", event: "error", data: problem };
const failed: SubActionMessage = { id: "9.0", event: "error", data: { ...problem, sub_action_id: "sa_1" } };

type Step = SubActionMessage | Error;

/** Connections that bring these messages, one after the other; notes with what each was opened. */
function connections(...scripts: Step[][]) {
  const opened: [string | undefined, string | undefined][] = [];
  async function* connect(lastEventId: string | undefined, subActionId: string | undefined) {
    opened.push([lastEventId, subActionId]);
    for (const step of scripts[opened.length - 1] ?? [unreachable()]) {
      if (step instanceof Error) throw step;
      yield step;
    }
  }
  return { opened, connect };
}

async function names(script: ReturnType<typeof connections>): Promise<string[]> {
  const found: string[] = [];
  for await (const message of resume(script.connect, undefined, [0, 0])) found.push(message.event);
  return found;
}

describe("a sub-action that is watched", () => {
  it("is joined again after the last message when the connection breaks", async () => {
    const script = connections([started, unreachable()], [complete]);
    expect(await names(script)).toEqual(["started", "complete"]);
    expect(script.opened).toEqual([
      [undefined, undefined],
      ["1.0", "sa_1"],
    ]);
  });

  it.each([
    ["an end without a last message", [started]],
    ["an error of the stream itself", [started, broken]],
  ])("goes on after %s", async (_, first) => {
    expect(await names(connections(first, [complete]))).toEqual(["started", "complete"]);
  });

  it("ends with its own failure", async () => {
    expect(await names(connections([started, failed]))).toEqual(["started", "error"]);
  });

  it("is not asked for twice where the server refuses it", async () => {
    const refusal = new ApiError({ ...problem, status: 409, code: "sub_action_running" });
    const script = connections([refusal]);
    await expect(names(script)).rejects.toBe(refusal);
    expect(script.opened).toHaveLength(1);
  });

  it("is given up after a few attempts that brought nothing", async () => {
    const script = connections([started]);
    await expect(names(script)).rejects.toMatchObject({ code: "unreachable" });
    expect(script.opened).toHaveLength(3);
  });

  it("is told as lost where no answer can be read", async () => {
    const cut = [new TypeError("network error")];
    await expect(names(connections(cut, cut, cut))).rejects.toMatchObject({ code: "stream_cut_off" });
  });
});
