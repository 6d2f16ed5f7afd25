import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { humanize } from "@/core/format";
import { queries } from "@/core/query";
import type { Interaction, RunEvent } from "@/core/types";
import { JsonTree } from "@/ui/json-tree";
import { QueryState } from "@/ui/query-state";
import { Ago } from "@/ui/time";

const MOST_EVENTS = 15;

/** The detailed view's second column: what the run knows, and what happened in it last. */
export function Beside({ item }: { item: Interaction }) {
  const state = useQuery(queries.state(item.workflow_run_id));
  const events = useQuery(queries.events(item.workflow_run_id));
  return (
    <aside aria-label="The run" className="flex min-w-0 flex-col gap-6">
      <section>
        <h2 className="mb-2 font-semibold text-lg">State</h2>
        <QueryState query={state} failed="The state could not be read">
          {(found) => (
            <div className="rounded-lg border border-line bg-surface p-2">
              <JsonTree value={found.state} label="State" openLevels={1} maxRows={18} />
            </div>
          )}
        </QueryState>
      </section>
      <section>
        <h2 className="mb-2 font-semibold text-lg">What happened last</h2>
        <QueryState query={events} failed="The events could not be read">
          {(found) => (
            <ol className="rounded-lg border border-line bg-surface py-1 text-sm">
              {found
                .slice(-MOST_EVENTS)
                .reverse()
                .map((event) => (
                  <EventRow key={event.event_id} event={event} />
                ))}
            </ol>
          )}
        </QueryState>
        <Link
          to="/runs/$runId"
          params={{ runId: item.workflow_run_id }}
          className="link mt-2 inline-block text-sm"
        >
          See the whole run
        </Link>
      </section>
    </aside>
  );
}

const EventRow = ({ event }: { event: RunEvent }) => (
  <li className="flex items-baseline gap-3 px-3 py-1">
    <span className="w-7 shrink-0 text-right font-mono text-ink-3 text-xs">{event.seq}</span>
    <span className="min-w-0 flex-1">
      {humanize(event.event_type)}
      {event.module_name && <span className="text-ink-2"> · {humanize(event.module_name)}</span>}
    </span>
    <span className="text-ink-2 text-xs">
      <Ago at={event.timestamp} />
    </span>
  </li>
);
