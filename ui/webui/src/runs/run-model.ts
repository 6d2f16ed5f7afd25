/** One run as the page looks at it: which branch, which moment, its trace. */
import { getRouteApi } from "@tanstack/react-router";
import { createContext, useContext, useMemo } from "react";
import { type EventBrief, isTerminal, type JsonObject, type Run } from "@/core/types";
import { useTimeline } from "@/runs/timeline";
import { buildTrace } from "@/runs/trace";
import type { Moment } from "@/runs/trace-rows";
import { type Stretch, stretchesOf } from "@/runs/trace-time";
import type { TraceNames, TraceNode, TraceStatus } from "@/runs/trace-types";
import { useClock } from "@/runs/use-clock";
import { namesOf, useDefinition } from "@/runs/use-definition";
import { useFamily } from "@/runs/use-family";

const route = getRouteApi("/runs/$runId");

/** What is in the address, and how to change it: never a new entry in the history, which is for pages. */
export function useRunView() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  return { search, set };
}

export interface RunModel {
  run: Run;
  definition: JsonObject | undefined;
  branchId: string;
  /** Whether it is the branch that goes on. */
  isCurrent: boolean;
  events: readonly EventBrief[];
  /** Whether all of them were read. */
  complete: boolean;
  /** Position of the branch's last event. */
  head: number;
  /** The position that is looked at; null: now. */
  moment: Moment | null;
  trace: TraceNode;
  stretches: Stretch[];
  /** Until when spans that have not ended are drawn. */
  now: number;
  /** How the runs below stand now, by their ids. */
  childStatus: ReadonlyMap<string, TraceStatus>;
  names: TraceNames;
}

const Context = createContext<RunModel | null>(null);
export const RunModelProvider = Context.Provider;

export function useRunModel(): RunModel {
  const model = useContext(Context);
  if (!model) throw new Error("useRunModel is for what is inside of a run's page");
  return model;
}

const SLOW_CLOCK_ABOVE = 2000;

/** `model` is null until the first events are there. */
export function useReadRun(run: Run) {
  const runId = run.workflow_run_id;
  const { search } = useRunView();
  const branchId = search.branch ?? run.current_branch_id;
  const isCurrent = branchId === run.current_branch_id;
  const timeline = useTimeline(runId, branchId);
  const events = timeline.data?.events;
  const definition = useDefinition(run);
  const family = useFamily(run);
  const names = useMemo(
    () => ({
      ...namesOf(definition),
      run: run.sub_action_id ? "Sub-action" : run.workflow_name,
      workflows: family.names,
    }),
    [definition, run.sub_action_id, run.workflow_name, family.names],
  );
  const trace = useMemo(() => (events ? buildTrace(runId, events, names) : null), [runId, events, names]);
  const now = useEnd(trace, { events: events ?? [], goesOn: isCurrent && !isTerminal(run.status) });
  const stretches = useMemo(() => (trace ? stretchesOf(trace, now) : []), [trace, now]);
  if (!events || !trace) return { model: null, timeline };
  const model: RunModel = {
    run,
    definition,
    branchId,
    isCurrent,
    events,
    complete: timeline.data?.complete ?? false,
    head: Math.max(isCurrent ? run.seq : 0, events.at(-1)?.seq ?? 0),
    moment: momentOf(runId, events, search.at),
    trace,
    stretches,
    now,
    childStatus: family.status,
    names,
  };
  return { model, timeline };
}

/** Until when what is open is drawn: now, or where the branch ended. */
function useEnd(
  trace: TraceNode | null,
  { events, goesOn }: { events: readonly EventBrief[]; goesOn: boolean },
): number {
  const clock = useClock(goesOn, events.length > SLOW_CLOCK_ABOVE ? 10_000 : 1000);
  const last = Date.parse(events.at(-1)?.timestamp ?? "") || clock;
  return trace?.end ?? (goesOn ? Math.max(clock, last) : last);
}

/** Events count from 1 without gaps, so a position is a place in the list. */
function momentOf(runId: string, events: readonly EventBrief[], at: number | undefined): Moment | null {
  const event = at === undefined ? undefined : events[at - 1];
  return event ? { runId, seq: event.seq, at: Date.parse(event.timestamp) } : null;
}
