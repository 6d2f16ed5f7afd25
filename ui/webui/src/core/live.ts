/**
 * What is shown stays true: one stream of changes marks what is kept as stale, and it is read again.
 *
 * Browsers open six connections to a server and no more, so all tabs share one stream: a tab that holds a lock reads
 * it and tells the others. Where there are no locks (plain http to another machine), each tab reads its own.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import { streamChanges } from "@/core/api";
import { token } from "@/core/auth";
import { isApiError } from "@/core/errors";
import { keys } from "@/core/query";
import { createStore, useStore } from "@/core/store";
import type { ChangeMessage, Run, RunChanged } from "@/core/types";

export type LiveState = "connecting" | "live" | "offline";

const LOCK = "interlude.live";
/** What happens together is read together, and lists at most about twice a second. */
const GATHER_MS = 400;
/** How often a reading that is under way is waited for. To begin it again for every change would never end it. */
const MOST_PUT_OFF = 10;
/** What is kept of a run that tells of runs below it, however deep. */
const OF_THE_FAMILY: readonly unknown[] = ["tree", "why", "interactions", "open-children"];
const PAUSES_MS = [200, 500, 1000, 2000, 3000];

const state = createStore<LiveState>("connecting");
const listeners = new Set<(change: RunChanged) => void>();

/** Whether changes arrive. `offline` after the first attempt that failed. */
export const useLiveState = (): LiveState => useStore(state);

/** Calls back for every run that changes, beside the refetch of what is kept. Returns how to stop it. */
export function onRunChange(listener: (change: RunChanged) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Starts for the life of the page. Returns how to stop it. */
export function startLive(client: QueryClient): () => void {
  const stop = new AbortController();
  const apply = createApplier(client);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(LOCK) : null;
  const tell = (news: News) => {
    take(news);
    channel?.postMessage(news);
  };
  const take = (news: News) => {
    if (news.kind === "state") state.set(news.state);
    if (news.kind === "change") apply(news.message);
    if (news.kind === "hello" && leading) channel?.postMessage({ kind: "state", state: state.get() });
  };
  let leading = false;
  const lead = async () => {
    leading = true;
    await follow(tell, stop.signal);
    leading = false;
  };
  channel?.addEventListener("message", (event: MessageEvent<News>) => take(event.data));
  channel?.postMessage({ kind: "hello" });
  if (channel && navigator.locks) {
    navigator.locks.request(LOCK, { signal: stop.signal }, lead).catch(() => undefined);
  } else void lead();
  return () => {
    stop.abort();
    channel?.close();
  };
}

type News =
  | { kind: "hello" }
  | { kind: "state"; state: LiveState }
  | { kind: "change"; message: ChangeMessage };

type Tell = (news: News) => void;

async function follow(tell: Tell, signal: AbortSignal): Promise<void> {
  const position: Position = { lastEventId: undefined, failures: 0 };
  while (!signal.aborted) {
    try {
      await read(position, tell, signal);
    } catch (error) {
      if (isApiError(error, "invalid_event_id")) position.lastEventId = undefined;
      if (isApiError(error) && error.status === 401) await tokenChange(signal);
    }
    if (signal.aborted) return;
    if (position.failures++ > 0) tell({ kind: "state", state: "offline" });
    await pause(PAUSES_MS[Math.min(position.failures, PAUSES_MS.length) - 1] ?? 0, signal);
  }
}

interface Position {
  lastEventId: string | undefined;
  /** Connections in a row that brought nothing. */
  failures: number;
}

/** One connection. */
async function read(position: Position, tell: Tell, signal: AbortSignal): Promise<void> {
  const onOpen = () => {
    position.failures = 0;
    // What was asked for meanwhile has failed, whether or not it has changed.
    if (state.get() === "offline") tell({ kind: "change", message: { id: "", event: "reset", data: {} } });
    tell({ kind: "state", state: "live" });
  };
  for await (const message of streamChanges({ signal, lastEventId: position.lastEventId, onOpen })) {
    if (message.event === "error") return;
    position.lastEventId = message.id || position.lastEventId;
    tell({ kind: "change", message });
  }
}

/** Until so long, or until the browser says that the network or the person is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done);
  });
}

function tokenChange(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = token.subscribe(done);
    signal.addEventListener("abort", done);
    function done() {
      unsubscribe();
      resolve();
    }
  });
}

/** Exported for tests: gathers changes, then marks as stale what they touch. */
export function createApplier(client: QueryClient, gatherMs = GATHER_MS): (message: ChangeMessage) => void {
  const touched = new Set<string>();
  const roots = new Set<string>();
  let everything = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let putOff = 0;

  const flush = () => {
    if (client.isFetching() > 0 && putOff++ < MOST_PUT_OFF) {
      timer = setTimeout(flush, gatherMs);
      return;
    }
    timer = null;
    putOff = 0;
    const runs = [...touched];
    const families = new Set(roots);
    touched.clear();
    roots.clear();
    if (everything) {
      everything = false;
      void client.invalidateQueries();
      return;
    }
    void client.invalidateQueries({ queryKey: keys.inbox });
    void client.invalidateQueries({ queryKey: keys.runs });
    for (const id of runs) void client.invalidateQueries({ queryKey: keys.run(id) });
    const isRelated = ({ queryKey: [, id, part] }: Query): boolean => {
      const run = client.getQueryData<Run>([...keys.run(String(id)), "document"]);
      return OF_THE_FAMILY.includes(part) && families.has(run?.root_run_id ?? "");
    };
    void client.invalidateQueries({ queryKey: ["run"], predicate: isRelated });
  };

  return (message) => {
    if (message.event === "reset") everything = true;
    if (message.event === "run") {
      touch(message.data, touched);
      roots.add(message.data.root_run_id);
    }
    if (timer === null) timer = setTimeout(flush, gatherMs);
  };
}

/** A run, and those that show it: its parent's and its root's pages. */
function touch(change: RunChanged, touched: Set<string>): void {
  touched.add(change.workflow_run_id);
  touched.add(change.root_run_id);
  if (change.parent_workflow_id) touched.add(change.parent_workflow_id);
  for (const listener of [...listeners]) listener(change);
}
