/** The words of the API as types, over the generated `schema.d.ts`. Import from here, never from the schema. */
import type * as schema from "@/core/schema";

export type {
  Branch,
  BranchSpan,
  DefinitionProblem,
  EventBrief,
  Failure,
  FeedbackOffer,
  Interaction,
  ModuleType,
  PathItem,
  Problem,
  Run,
  RunChanged,
  RunStatus,
  StartedRun,
  StateAt,
  StateChange,
  StateDiff,
  SubAction,
  SubActionOffer,
  SubWorkflowCall,
  TreeNode,
  Validation,
  VersionInfo,
  Wait,
  WaitExplanation,
  Workflow,
  WorkflowDetail,
} from "@/core/schema";

/** `Event` is the browser's word. */
export type RunEvent = schema.Event;
export type RunEventType = schema.DbEventType;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, unknown>;

/** Part of a list; `next_cursor: null` says that it is the last. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

interface Message<Name extends string, Data> {
  /** Send it back as Last-Event-ID to go on after this message; `""` where the server gave none. */
  id: string;
  event: Name;
  data: Data;
}

/** What the stream of a sub-action says. Exactly one of the last three ends it. */
export type SubActionMessage =
  | Message<"started", schema.SubActionStarted>
  | Message<"progress", schema.SubActionProgress>
  | Message<"complete", schema.SubActionComplete>
  | Message<"error", schema.SubActionError>
  | Message<"cancelled", schema.SubActionCancelled>;

/** What the stream of a run says: its events, or that the stream broke. */
export type RunEventMessage = Message<RunEventType, RunEvent> | Message<"error", schema.StreamFailure>;

/** What the stream of all runs says. */
export type ChangeMessage =
  | Message<"reset", schema.Reset>
  | Message<"run", schema.RunChanged>
  | Message<"error", schema.StreamFailure>;

const TERMINAL: readonly schema.RunStatus[] = ["completed", "error", "cancelled"];

/** Whether a run with this status has ended. */
export const isTerminal = (status: schema.RunStatus): boolean => TERMINAL.includes(status);
