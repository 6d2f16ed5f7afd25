import type { EventBrief } from "@/core/types";
import { eventPlace, eventWords } from "@/runs/event-words";
import { useRunView } from "@/runs/run-model";
import { pathText, touches } from "@/runs/state-diff";
import { CopyButton } from "@/ui/copy";
import { Empty } from "@/ui/empty";
import { isBranch } from "@/ui/json-rows";
import { Ago } from "@/ui/time";

interface StateKeyProps {
  state: unknown;
  /** JSON pointer of the row that is selected. */
  pointer: string | null;
  writers: readonly EventBrief[];
}

const MOST = 50;

/** One key of the state: its value, and every event that wrote it, the newest first. */
export function StateKey({ state, pointer, writers }: StateKeyProps) {
  const { set } = useRunView();
  if (!pointer) {
    return (
      <Empty title="Pick a key" className="py-10">
        Its value and who wrote it are shown here.
      </Empty>
    );
  }
  const path = partsOf(pointer);
  const value = path.reduce<unknown>(
    (at, key) => (isBranch(at) ? (at as Record<string, unknown>)[key] : undefined),
    state,
  );
  const text = pathText(path);
  const wrote = writers.filter((event) => event.writes?.some((item) => touches(item, text))).toReversed();
  return (
    <section
      aria-label="Details"
      className="min-h-0 flex-1 overflow-y-auto rounded-lg border border-line bg-surface p-4 text-sm"
    >
      <h2 className="flex items-center gap-1 break-all font-mono text-base">
        {text}
        <CopyButton text={`state.${text}`} label="Copy the path" />
      </h2>
      <h3 className="mt-4 flex items-center gap-1">
        Value
        <CopyButton
          text={typeof value === "string" ? value : JSON.stringify(value, null, 2)}
          label="Copy the value"
        />
      </h3>
      <pre className="mt-1 max-h-72 overflow-auto whitespace-pre-wrap break-words rounded-md bg-sunken p-3 font-mono text-xs">
        {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      </pre>
      <h3 className="mt-4">Written by</h3>
      {wrote.length === 0 && <p className="text-ink-2">No event of this branch.</p>}
      <ul className="mt-1">
        {wrote.slice(0, MOST).map((event) => (
          <li key={event.seq} className="flex items-center gap-2">
            <button
              type="button"
              onClick={() => set({ tab: "events", sel: String(event.seq) })}
              className="link min-h-6 text-left"
            >
              {eventPlace(event) || eventWords(event.event_type)}, event {event.seq}
            </button>
            <span className="text-ink-3 text-xs">
              <Ago at={event.timestamp} />
            </span>
          </li>
        ))}
        {wrote.length > MOST && <li className="text-ink-2">and {wrote.length - MOST} earlier ones</li>}
      </ul>
    </section>
  );
}

const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
