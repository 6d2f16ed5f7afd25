/** A run as a tree of what happened in it, with times. */

/** What goes on in a stretch of time. `nest`: a sub-action's or a child's work. */
export type PartKind = "work" | "person" | "wait" | "nest";

export interface Part {
  kind: PartKind;
  /** Milliseconds since 1970. */
  start: number;
  /** null: it goes on. */
  end: number | null;
}

export type TraceKind = "run" | "step" | "module" | "attempt" | "question" | "wait" | "sub_action" | "child";

/** Words of `ui/status`. */
export type TraceStatus =
  | "running"
  | "waiting"
  | "open"
  | "answered"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped";

export interface TraceNode {
  /** Unique in the trace and the same after every reload: `module:write_title`. */
  key: string;
  kind: TraceKind;
  label: string;
  /** A few more words: a question's title, a wait's key. */
  detail?: string;
  /** How it stands after the last event. */
  status: TraceStatus;
  /** It failed, and the run went on. */
  continued?: boolean;
  error?: { code: string; message: string };
  start: number;
  end: number | null;
  /** The first and the last event that tell of it; null: it has not ended. */
  fromSeq: number;
  toSeq: number | null;
  /** All events that tell of it itself. */
  seqs: number[];
  parts: Part[];
  children: TraceNode[];
  /** The run whose events tell of it. */
  runId: string;
  stepId?: string;
  moduleName?: string;
  moduleId?: string;
  interactionId?: string;
  subActionId?: string;
  /** The run that it stands for, where it is another one. */
  childRunId?: string;
  /** Number of the last attempt, where there was more than one. */
  attempts?: number;
}

/** Names of the definition, for labels. Names that are missing are made of the ids. */
export interface TraceNames {
  run?: string;
  /** Names of workflows, by id. */
  workflows?: ReadonlyMap<string, string>;
  steps?: ReadonlyMap<string, string>;
  /** By `<module name>/<action id>`. */
  actions?: ReadonlyMap<string, string>;
}

export const isFailure = (node: TraceNode): boolean =>
  node.status === "failed" && node.kind !== "run" && node.kind !== "step";
