import { describe, expect, it } from "vitest";
import { log } from "@/runs/testing";
import { ticksOf } from "@/runs/ticks";

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
