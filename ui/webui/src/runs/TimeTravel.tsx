import { ChevronLeft, ChevronRight, History } from "lucide-react";
import { useCommands } from "@/core/commands";
import { BranchPicker } from "@/runs/BranchPicker";
import { eventPlace, eventWords } from "@/runs/event-words";
import { useRunModel, useRunView } from "@/runs/run-model";
import { Scrubber } from "@/runs/Scrubber";
import { Button, IconButton } from "@/ui/button";
import { Ago } from "@/ui/time";

/** The moment that all tabs show: the slider, the way back to now, and the branch. */
export function TimeTravel() {
  const { events, head, moment, isCurrent, complete } = useRunModel();
  const { set } = useRunView();
  const at = moment?.seq ?? head;
  const go = (seq: number) => set({ at: seq >= head ? undefined : Math.max(1, seq) });
  const event = events[at - 1];
  const number = (count: number) => count.toLocaleString("en-GB");
  useCommands([
    { id: "time:back", title: "One event back", group: "Time travel", keys: ",", run: () => go(at - 1) },
    { id: "time:on", title: "One event on", group: "Time travel", keys: ".", run: () => go(at + 1) },
    {
      id: "time:now",
      title: "Back to now",
      group: "Time travel",
      keys: "n",
      disabled: !moment,
      run: () => set({ at: undefined }),
    },
  ]);
  return (
    <section aria-label="Time travel" className="mb-4 rounded-lg border border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex items-center gap-2 font-medium text-sm">
          <History aria-hidden className="size-4 text-ink-2" />
          <span className="max-sm:sr-only">Time travel</span>
        </span>
        <Scrubber
          events={events}
          head={head}
          at={at}
          onChange={go}
          text={event ? `Event ${at} of ${head}: ${eventWords(event.event_type)} ${eventPlace(event)}` : ""}
        />
        <span className="flex items-center gap-1">
          <IconButton
            size="sm"
            label="One event back"
            keys=","
            icon={<ChevronLeft aria-hidden />}
            disabled={at <= 1}
            onClick={() => go(at - 1)}
          />
          <IconButton
            size="sm"
            label="One event on"
            keys="."
            icon={<ChevronRight aria-hidden />}
            disabled={at >= head}
            onClick={() => go(at + 1)}
          />
        </span>
        <span className="min-w-24 text-right text-ink-2 text-xs">
          {complete ? `${number(head)} events` : `${number(events.length)} of ${number(head)} events read`}
        </span>
        <BranchPicker />
      </div>
      {(moment || !isCurrent) && (
        <div
          role="status"
          className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-t pt-2 text-sm"
        >
          <span className="min-w-0">
            {moment ? (
              <>
                You look at event {number(at)} of {number(head)}
                {event && (
                  <span className="text-ink-2">
                    {": "}
                    {eventWords(event.event_type)}
                    {eventPlace(event) && `, ${eventPlace(event)}`}, <Ago at={event.timestamp} />
                  </span>
                )}
              </>
            ) : (
              "You look at a branch that was left"
            )}
          </span>
          <Button size="sm" onClick={() => set({ at: undefined, branch: undefined })}>
            Back to now
          </Button>
        </div>
      )}
    </section>
  );
}
