/** Where a person goes after an answer. */
import type { Interaction, Run } from "@/core/types";
import { isTerminal } from "@/core/types";

export type Next =
  | { kind: "question"; item: Interaction }
  /** Nothing more to answer for now. */
  | { kind: "none"; run: Run }
  /** The run is at work; what comes is not known yet. */
  | { kind: "wait" };

interface Known {
  answeredId: string;
  /** The run that asked. */
  own: Run | undefined;
  /** The run at the top, which may be the same. */
  root: Run | undefined;
  /** Open questions below the top. */
  open: readonly Interaction[] | undefined;
}

const isWorking = (run: Run): boolean => run.status === "pending" || run.status === "processing";

/** The next question of the same run; when that has none, one of its relatives. */
export function whatNext({ answeredId, own, root, open }: Known): Next {
  if (!own || !root || !open) return { kind: "wait" };
  const others = open.filter((item) => item.interaction_id !== answeredId);
  const next = others.find((item) => item.workflow_run_id === own.workflow_run_id);
  if (next) return { kind: "question", item: next };
  if (isWorking(own) || own.status === "awaiting_input") return { kind: "wait" };
  if (isTerminal(own.status) && isWorking(root)) return { kind: "wait" };
  const relative = others[0];
  return relative ? { kind: "question", item: relative } : { kind: "none", run: root };
}
