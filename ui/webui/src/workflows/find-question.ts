import { getRun, listInteractions } from "@/core/api";
import { type Interaction, isTerminal, type Run } from "@/core/types";

export interface FirstQuestion {
  /** The run that asks: the one that was started, or one below it. */
  runId: string;
  interactionId: string;
}

interface Doors {
  getRun: (runId: string) => Promise<Run>;
  listInteractions: (runId: string) => Promise<{ items: Interaction[] }>;
  /** Waits, or raises when nobody wants to know any more. */
  pause: (ms: number) => Promise<void>;
}

const LOOKS = 10;
const PAUSE_MS = 150;

/** The question that a new run opens within a moment, if it does. Raises nothing: not to know is no failure. */
export async function findQuestion(runId: string, doors: Doors = DOORS): Promise<FirstQuestion | null> {
  try {
    for (let look = 0; look < LOOKS; look++) {
      const [question] = (await doors.listInteractions(runId)).items;
      if (question) return { runId: question.workflow_run_id, interactionId: question.interaction_id };
      if (isTerminal((await doors.getRun(runId)).status)) return null;
      await doors.pause(PAUSE_MS);
    }
  } catch {
    return null;
  }
  return null;
}

const DOORS: Doors = {
  getRun: (runId) => getRun(runId),
  listInteractions: (runId) => listInteractions(runId),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
