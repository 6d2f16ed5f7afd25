import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useCommands } from "@/core/commands";
import { useStore } from "@/core/store";
import type { Interaction } from "@/core/types";
import { shownItems } from "@/interactions/inbox/inbox-rows";
import { answered } from "@/interactions/inbox/marks";
import { useWide } from "@/interactions/inbox/use-wide";

const route = getRouteApi("/inbox");

export interface Inbox {
  all: readonly Interaction[];
  /** What the filters leave, in order. */
  shown: readonly Interaction[];
  /** What is open beside the list. It stays when it leaves the list, until another one is chosen. */
  selected: Interaction | null;
  isWide: boolean;
  select: (item: Interaction) => void;
  /** After an answer: to this one, or to what stood below it. */
  goOn: (next?: Interaction) => void;
}

const NOTHING: readonly Interaction[] = [];

/**
 * The list, and which of it is open. Filters and selection are in the address.
 *
 * @param readAt when the list was read: what was answered here since then is in it no more.
 */
export function useInbox(read: readonly Interaction[] = NOTHING, readAt = 0): Inbox {
  const { sel, workflow, kind, q, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const isWide = useWide();
  const marks = useStore(answered);
  const items = useMemo(() => {
    const gone = new Set(marks.filter((mark) => mark.heardAt > readAt).map((mark) => mark.interactionId));
    return gone.size > 0 ? read.filter((item) => !gone.has(item.interaction_id)) : read;
  }, [read, readAt, marks]);
  const shown = useMemo(
    () => shownItems(items, { workflow, kind, q, sort }),
    [items, workflow, kind, q, sort],
  );
  const listed = items.find((item) => item.interaction_id === sel);
  const [last, setLast] = useState<Interaction | null>(null);
  const [next, setNext] = useState<Interaction | null>(null);
  if (listed && listed !== last) setLast(listed);
  // One that has left the list, or has not come into it yet.
  const selected = listed ?? [last, next].find((item) => item?.interaction_id === sel) ?? null;

  const choose = (id: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, sel: id }), replace: true, resetScroll: false });
  const select = (item: Interaction) => choose(item.interaction_id);
  const first = shown[0]?.interaction_id;
  const wantsFirst = isWide && selected === null && first !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: navigate is new on every render
  useEffect(() => {
    // Somebody may be on the way to another page, whose code is still being loaded.
    if (wantsFirst && router.latestLocation.pathname === "/inbox") choose(first);
  }, [wantsFirst, first]);

  const at = shown.findIndex((item) => item.interaction_id === sel);
  const below = useRef<Interaction | undefined>(undefined);
  if (at >= 0) below.current = shown[at + 1];
  const move = (by: number) => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
    if (next) select(next);
  };
  const goOn = (asked?: Interaction) => {
    if (asked) setNext(asked);
    const other = asked ?? below.current ?? shown.find((item) => item.interaction_id !== sel);
    choose(other?.interaction_id);
  };
  useCommands([
    { id: "inbox:next", title: "Next question", keys: "j", disabled: !isWide, run: () => move(1) },
    { id: "inbox:previous", title: "Question before", keys: "k", disabled: !isWide, run: () => move(-1) },
    {
      id: "inbox:into",
      title: "Into the question",
      keys: "Enter",
      keyOnly: true,
      disabled: selected === null || !isWide,
      run: () => document.getElementById("question")?.focus(),
    },
    {
      id: "inbox:open",
      title: "Open the question on its own page",
      keys: "o",
      disabled: selected === null,
      run: () =>
        selected &&
        void navigate({
          to: "/runs/$runId/interactions/$interactionId",
          params: { runId: selected.workflow_run_id, interactionId: selected.interaction_id },
        }),
    },
    {
      id: "inbox:sort",
      title: sort === "oldest" ? "Newest first" : "Oldest first",
      keywords: "sort order",
      run: () =>
        void navigate({
          search: (old) => ({ ...old, sort: sort === "oldest" ? undefined : "oldest" }),
          replace: true,
        }),
    },
  ]);
  return { all: items, shown, selected: isWide ? selected : null, isWide, select, goOn };
}
