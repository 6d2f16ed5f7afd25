import { useEffect, useId, useRef } from "react";
import { useNow } from "@/core/clock";
import { NothingFits } from "@/interactions/inbox/InboxEmpty";
import { InboxRow } from "@/interactions/inbox/InboxRow";
import { grouped } from "@/interactions/inbox/inbox-rows";
import type { Inbox } from "@/interactions/inbox/use-inbox";
import { useWorkflowNames } from "@/interactions/use-workflow-names";

/** The open questions under their days. */
export function InboxList({ inbox }: { inbox: Inbox }) {
  const { shown, selected, isWide } = inbox;
  const id = useId();
  const nameOf = useWorkflowNames();
  const box = useRef<HTMLElement>(null);
  const now = useNow();
  const sel = selected?.interaction_id;
  useEffect(() => {
    if (sel) box.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [sel]);
  if (inbox.all.length === 0) return <p className="text-ink-2 text-sm">Nothing else waits for you.</p>;
  if (shown.length === 0) return <NothingFits />;
  return (
    <nav
      ref={box}
      aria-label="Open questions"
      className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-4 lg:-mx-2 lg:max-h-[calc(100dvh-2rem)] lg:self-start lg:overflow-y-auto lg:px-2 lg:pb-2"
    >
      {grouped(shown, now).map((group) => (
        <section key={group.label} aria-labelledby={`${id}-${group.label}`}>
          <h2 id={`${id}-${group.label}`} className="mb-1.5 text-ink-2 text-sm">
            {group.label}
          </h2>
          <ul className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
            {group.items.map((item) => (
              <InboxRow
                key={item.interaction_id}
                item={item}
                nameOf={nameOf}
                selected={item.interaction_id === sel}
                beside={isWide}
              />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
