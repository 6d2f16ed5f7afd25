import { Link } from "@tanstack/react-router";
import { CircleCheck, Inbox, Play, SearchX } from "lucide-react";
import { useStore } from "@/core/store";
import { ClearFilters } from "@/interactions/inbox/InboxFilters";
import { answered } from "@/interactions/inbox/marks";
import { buttonStyle } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Ago } from "@/ui/time";

const MOST = 3;

export function NothingWaits() {
  const last = useStore(answered).slice(0, MOST);
  return (
    <>
      <Empty
        icon={<Inbox aria-hidden />}
        title="Nothing waits for you"
        actions={
          <Link to="/workflows" className={buttonStyle()}>
            <Play aria-hidden />
            Start a run
          </Link>
        }
      >
        When a run needs an answer, its question appears here by itself.
      </Empty>
      {last.length > 0 && (
        <section aria-labelledby="last-answered" className="mx-auto w-full max-w-md">
          <h2 id="last-answered" className="mb-2 text-ink-2 text-sm">
            You answered last
          </h2>
          <ul className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
            {last.map((item) => (
              <li key={item.interactionId} className="border-line not-last:border-b">
                <Link
                  to="/runs/$runId/interactions/$interactionId"
                  params={{ runId: item.runId, interactionId: item.interactionId }}
                  className="flex items-center gap-3 px-4 py-2.5 text-sm outline-offset-[-2px] hover:bg-ink/4"
                >
                  <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
                  <span className="min-w-0 flex-1 truncate">{item.title}</span>
                  <span className="text-ink-2">
                    <Ago at={item.at} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

export const NothingFits = () => (
  <Empty icon={<SearchX aria-hidden />} title="No open question fits" actions={<ClearFilters />}>
    Other questions are open, but none that the filters let through.
  </Empty>
);
