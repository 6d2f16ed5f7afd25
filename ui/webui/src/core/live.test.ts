import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApplier, onRunChange } from "@/core/live";
import { keys } from "@/core/query";
import type { ChangeMessage } from "@/core/types";

const change = (
  runId: string,
  more: Partial<{ parent_workflow_id: string; root_run_id: string }> = {},
): ChangeMessage => ({
  id: "1",
  event: "run",
  data: {
    workflow_run_id: runId,
    workflow_id: "hello",
    root_run_id: runId,
    parent_workflow_id: null,
    visible_in_ui: true,
    status: "processing",
    seq: 1,
    updated_at: "2026-01-01T00:00:00.000Z",
    ...more,
  },
});

let client: QueryClient;
beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  for (const key of [keys.inbox, keys.modules, [...keys.run("a"), "events"], [...keys.run("b"), "events"]]) {
    client.setQueryData(key, []);
  }
});
afterEach(() => vi.useRealTimers());

const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;

describe("changes", () => {
  it("mark the run, its relatives and the lists as stale, and nothing else", () => {
    const apply = createApplier(client, 10);
    apply(change("child", { parent_workflow_id: "a", root_run_id: "a" }));
    vi.advanceTimersByTime(10);
    expect(stale(keys.inbox)).toBe(true);
    expect(stale([...keys.run("a"), "events"])).toBe(true);
    expect(stale([...keys.run("b"), "events"])).toBe(false);
    expect(stale(keys.modules)).toBe(false);
  });

  it("reach the runs in between, of which no message tells", () => {
    client.setQueryData([...keys.run("b"), "document"], { workflow_run_id: "b", root_run_id: "a" });
    client.setQueryData([...keys.run("b"), "tree"], {});
    const apply = createApplier(client, 10);
    apply(change("leaf", { parent_workflow_id: "below-b", root_run_id: "a" }));
    vi.advanceTimersByTime(10);
    expect(stale([...keys.run("b"), "tree"])).toBe(true);
    expect(stale([...keys.run("b"), "events"])).toBe(false);
  });

  it("that come together are one reading", () => {
    const invalidate = vi.spyOn(client, "invalidateQueries");
    const apply = createApplier(client, 10);
    for (let count = 0; count < 50; count++) apply(change("a"));
    vi.advanceTimersByTime(10);
    expect(invalidate).toHaveBeenCalledTimes(4);
  });

  it("wait for a reading that is under way, though not for ever", () => {
    void client.fetchQuery({ queryKey: ["slow"], queryFn: () => new Promise(() => {}) });
    const apply = createApplier(client, 10);
    apply(change("a"));
    vi.advanceTimersByTime(100);
    expect(stale(keys.inbox)).toBe(false);
    vi.advanceTimersByTime(20);
    expect(stale(keys.inbox)).toBe(true);
  });

  it("of unknown extent mark everything", () => {
    createApplier(client, 10)({ id: "1", event: "reset", data: {} });
    vi.advanceTimersByTime(10);
    expect([stale(keys.modules), stale([...keys.run("b"), "events"])]).toEqual([true, true]);
  });

  it("are told to whoever listens", () => {
    const listener = vi.fn();
    const stop = onRunChange(listener);
    const apply = createApplier(client, 10);
    apply(change("a"));
    stop();
    apply(change("a"));
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
