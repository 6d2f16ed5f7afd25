import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { plural } from "@/core/format";
import { queries } from "@/core/query";
import { NothingFits, NothingWaits } from "@/interactions/inbox/InboxEmpty";
import { InboxFilters } from "@/interactions/inbox/InboxFilters";
import { InboxList } from "@/interactions/inbox/InboxList";
import { useInbox } from "@/interactions/inbox/use-inbox";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { SkeletonRows } from "@/ui/skeleton";

/** With all that questions can be: not needed for the list. */
const Preview = lazy(() => import("@/interactions/inbox/Preview"));

/** Everything that waits for a person: a list, and where there is room the question itself beside it. */
export default function InboxPage() {
  const query = useQuery(queries.inbox());
  const inbox = useInbox(query.data?.items, query.dataUpdatedAt);
  const { shown, all } = inbox;
  return (
    <Page
      title="Inbox"
      subtitle={
        all.length > 0 ? <Count shown={shown.length} all={all.length} more={query.data?.next_cursor} /> : null
      }
      actions={all.length > 0 ? <InboxFilters items={all} /> : null}
    >
      <QueryState query={query} failed="The inbox could not be read">
        {() => {
          if (all.length === 0 && !inbox.selected) return <NothingWaits />;
          if (shown.length === 0 && !inbox.selected) return <NothingFits />;
          return (
            <div className="grid gap-8 lg:grid-cols-[minmax(17rem,22rem)_minmax(0,1fr)]">
              <InboxList inbox={inbox} />
              {inbox.isWide && inbox.selected && (
                <Suspense fallback={<SkeletonRows />}>
                  <Preview key={inbox.selected.interaction_id} first={inbox.selected} onLeave={inbox.goOn} />
                </Suspense>
              )}
            </div>
          );
        }}
      </QueryState>
    </Page>
  );
}

function Count({ shown, all, more }: { shown: number; all: number; more: string | null | undefined }) {
  const total = `${plural(all, "open question")}${more ? " or more" : ""}`;
  return <>{shown === all ? total : `${shown} of ${total}`}</>;
}
