import { describe, expect, it } from "vitest";
import { whatNext } from "@/interactions/answer/what-next";
import { question, run } from "@/interactions/test/question";

const answered = question();
const known = { answeredId: answered.interaction_id, own: run(), root: run(), open: [answered] };

describe("after an answer", () => {
  it("waits while the run works, or while nothing is known", () => {
    expect(whatNext(known)).toEqual({ kind: "wait" });
    expect(whatNext({ ...known, open: undefined })).toEqual({ kind: "wait" });
    expect(whatNext({ ...known, own: run({ status: "awaiting_input" }) })).toEqual({ kind: "wait" });
  });

  it("goes to the next question of the same run", () => {
    const next = question({ interaction_id: "int_2" });
    const relative = question({ interaction_id: "int_0", workflow_run_id: "wf_0" });
    expect(whatNext({ ...known, open: [relative, next] })).toEqual({ kind: "question", item: next });
  });

  it("goes to a relative's question once its own run has none", () => {
    const relative = question({ interaction_id: "int_0", workflow_run_id: "wf_0" });
    const open = [relative];
    expect(whatNext({ ...known, open })).toEqual({ kind: "wait" });
    const own = run({ status: "completed" });
    expect(whatNext({ ...known, own, open, root: run({ status: "waiting" }) })).toEqual({
      kind: "question",
      item: relative,
    });
  });

  it("waits for the parent that goes on with what its child gave", () => {
    const own = run({ workflow_run_id: "wf_2", status: "completed" });
    expect(whatNext({ ...known, own, root: run(), open: [] })).toEqual({ kind: "wait" });
  });

  it("says that there is nothing more", () => {
    const ended = run({ status: "completed" });
    expect(whatNext({ ...known, own: ended, root: ended, open: [] })).toEqual({ kind: "none", run: ended });
  });
});
