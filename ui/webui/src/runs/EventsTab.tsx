import { useMemo } from "react";
import { plural } from "@/core/format";
import { isTerminal } from "@/core/types";
import { EventDetails } from "@/runs/EventDetails";
import { EventList } from "@/runs/EventList";
import { EventRow } from "@/runs/EventRow";
import { EVENT_GROUPS, type EventGroup, isInGroup, matchesText } from "@/runs/event-words";
import { useRunModel, useRunView } from "@/runs/run-model";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchBox } from "@/ui/search-box";
import { NativeSelect } from "@/ui/select";
import { Splitter } from "@/ui/splitter";

/** The log: every event, found by type and by words. */
export function EventsTab() {
  const { run, events, moment, head, isCurrent } = useRunModel();
  const { search, set } = useRunView();
  const group = search.type as EventGroup | undefined;
  const shown = useMemo(
    () =>
      group || search.q
        ? events.filter((event) => (!group || isInGroup(event, group)) && matchesText(event, search.q ?? ""))
        : events,
    [events, group, search.q],
  );
  const picked = Number(search.sel);
  const selected = Number.isInteger(picked) && picked >= 1 && picked <= head ? picked : (moment?.seq ?? null);
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search in the events"
          placeholder="Module, type, words"
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
          className="min-w-44 flex-1 md:max-w-72"
        />
        <NativeSelect
          label="Kind of event"
          value={group ?? ""}
          onChange={(type) => set({ type: (type || undefined) as EventGroup | undefined })}
          choices={[
            { value: "", label: "All kinds" },
            ...Object.entries(EVENT_GROUPS).map(([value, label]) => ({ value, label })),
          ]}
        />
        <span role="status" className="text-ink-2 text-sm">
          {shown.length === events.length
            ? plural(events.length, "event")
            : `${shown.length.toLocaleString("en-GB")} of ${plural(events.length, "event")}`}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty
          title="No event fits"
          actions={<Button onClick={() => set({ q: undefined, type: undefined })}>Show all events</Button>}
        />
      ) : (
        <Splitter
          label="Events and details"
          className="pane"
          first={
            <EventList
              events={shown}
              selected={selected}
              onSelect={(seq) => set({ sel: String(seq) })}
              isLive={isCurrent && !moment && !isTerminal(run.status)}
              render={(event) => (
                <EventRow event={event} isLater={moment !== null && event.seq > moment.seq} />
              )}
            />
          }
          second={
            selected === null ? (
              <Empty title="Pick an event" className="py-10">
                Its values and what it changed are shown here.
              </Empty>
            ) : (
              <EventDetails seq={selected} />
            )
          }
        />
      )}
    </>
  );
}
