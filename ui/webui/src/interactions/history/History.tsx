import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { History as HistoryIcon } from "lucide-react";
import { useState } from "react";
import { listEvents } from "@/core/api";
import { keys, queries } from "@/core/query";
import type { Interaction, SubAction } from "@/core/types";
import { type Generation, generationsOf } from "@/interactions/history/generations";
import { kindOf } from "@/interactions/kinds/registry";
import { feedbackOf } from "@/interactions/sub-actions/activity";
import { ChildLink } from "@/interactions/sub-actions/ChildLink";
import { cn } from "@/ui/cn";
import { QueryState } from "@/ui/query-state";
import { Ago } from "@/ui/time";

interface HistoryProps {
  item: Interaction;
  records: readonly SubAction[];
}

/** Earlier versions of what the question shows, to look at. */
export function History({ item, records }: HistoryProps) {
  const completed = records.filter((record) => record.status === "completed").length;
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const runId = item.workflow_run_id;
  const landed = useQuery({
    queryKey: [...keys.run(runId), "landed"],
    queryFn: ({ signal }) =>
      listEvents(runId, { event_type: ["sub_action_completed"], limit: 500 }, { signal }),
    enabled: open,
  });
  if (completed === 0) return null;
  return (
    <details
      className="mt-8 rounded-lg border border-line px-4 py-3"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex w-fit items-center gap-2 text-ink-2 text-sm">
        <HistoryIcon aria-hidden className="size-4" />
        Earlier versions ({completed})
      </summary>
      {open && (
        <QueryState query={landed} failed="The earlier versions could not be read">
          {(page) => {
            const generations = generationsOf(page.items, records, item.requested_at);
            const shown = generations.find((one) => one.seq === chosen);
            return (
              <div className="mt-3 flex flex-col gap-4">
                <ul aria-label="Earlier versions" className="flex gap-2 overflow-x-auto p-1">
                  {generations.map((one) => (
                    <li key={one.seq}>
                      <button
                        type="button"
                        aria-pressed={one.seq === chosen}
                        onClick={() => setChosen(one.seq === chosen ? null : one.seq)}
                        className={cn(
                          "flex h-full w-52 flex-col rounded-md border border-line bg-surface px-3 py-2 text-left text-sm hover:border-line-strong",
                          one.seq === chosen && "border-machine bg-machine-soft",
                        )}
                      >
                        <span className="truncate font-medium">{titleOf(one, item)}</span>
                        <span className="text-ink-2 text-xs">
                          <Ago at={one.at} />
                        </span>
                        {one.record && feedbackOf(one.record.params) && (
                          <span className="mt-1 line-clamp-2 text-ink-2 text-xs">
                            “{feedbackOf(one.record.params)}”
                          </span>
                        )}
                      </button>
                    </li>
                  ))}
                </ul>
                {shown && <Earlier item={item} generation={shown} />}
              </div>
            );
          }}
        </QueryState>
      )}
    </details>
  );
}

function titleOf({ record }: Generation, item: Interaction): string {
  if (!record) return "As it was first";
  const offer = item.sub_actions.find((one) => one.id === record.action_id);
  return `After “${offer?.label ?? record.action_id}”`;
}

function Earlier({ item, generation }: { item: Interaction; generation: Generation }) {
  const query = useQuery(queries.interactionAt(item.workflow_run_id, item.interaction_id, generation.seq));
  return (
    <section aria-label="The earlier version">
      <QueryState query={query} failed="This version could not be read">
        {(then) => {
          const { Shown } = kindOf(then);
          return <Shown item={then} />;
        }}
      </QueryState>
      <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-2 text-sm">
        To look at only.
        <Link
          to="/runs/$runId"
          params={{ runId: item.workflow_run_id }}
          search={{ at: generation.seq }}
          className="link"
        >
          See the run at this moment
        </Link>
        <ChildLink childId={generation.record?.child_workflow_id ?? null} />
      </p>
    </section>
  );
}
