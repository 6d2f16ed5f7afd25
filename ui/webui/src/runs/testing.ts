/** Events for tests: `log("module_started make one", ...)`, a second apart. */
import type { EventBrief, RunEventType } from "@/core/types";

const START = Date.parse("2026-01-01T10:00:00.000Z");

/** Seconds after the first event, as milliseconds since 1970. */
export const second = (count: number): number => START + count * 1000;

type Facts = Partial<Omit<EventBrief, "timestamp">> & { at?: number };
type Line = string | [string, Facts];

/** Each line is `<type> <step> <module>`, with more facts beside it. `at` is in seconds. */
export function log(...lines: Line[]): EventBrief[] {
  return lines.map((line, index) => {
    const [text, { at = index, ...facts }] = typeof line === "string" ? [line, {} as Facts] : line;
    const [type, stepId, moduleName] = text.split(" ");
    return {
      seq: index + 1,
      event_type: type as RunEventType,
      timestamp: new Date(second(at)).toISOString(),
      actor: "tester",
      branch_id: "br_1",
      ...(stepId ? { step_id: stepId } : {}),
      ...(moduleName ? { module_name: moduleName } : {}),
      ...facts,
    };
  });
}
