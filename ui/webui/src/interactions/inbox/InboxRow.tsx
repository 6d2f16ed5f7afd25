import { Link } from "@tanstack/react-router";
import { GitFork } from "lucide-react";
import type { ComponentProps } from "react";
import { useStore } from "@/core/store";
import type { Interaction } from "@/core/types";
import { aboveOf, placeOf } from "@/interactions/inbox/inbox-rows";
import { seen } from "@/interactions/inbox/marks";
import { countOf, kindWord } from "@/interactions/kinds/words";
import { cn } from "@/ui/cn";
import { Ago } from "@/ui/time";

interface InboxRowProps {
  item: Interaction;
  nameOf: (workflowId: string) => string;
  selected: boolean;
  /** Opens beside the list; otherwise on a page of its own. */
  beside: boolean;
}

/** One open question in the list. */
export function InboxRow({ item, nameOf, selected, beside }: InboxRowProps) {
  const unread = !useStore(seen).has(item.interaction_id);
  const above = aboveOf(item, nameOf);
  return (
    <li className="border-line not-last:border-b">
      <Target
        item={item}
        beside={beside}
        aria-current={selected ? "true" : undefined}
        className={cn(
          "relative block py-2.5 pr-4 pl-7 outline-offset-[-2px] hover:bg-ink/4",
          selected && "bg-machine-soft hover:bg-machine-soft",
        )}
      >
        {unread && (
          <span className="absolute top-4 left-2.5 size-2.5 rounded-full bg-human">
            <span className="sr-only">Unread: </span>
          </span>
        )}
        <span className="flex items-baseline gap-3">
          <span className={cn("line-clamp-3 min-w-0 flex-1", unread ? "font-semibold" : "font-medium")}>
            {item.title}
          </span>
          <span className="text-ink-2 text-xs">
            <Ago at={item.requested_at} />
          </span>
        </span>
        <span className="block truncate text-ink-2 text-sm">{placeOf(item, nameOf)}</span>
        {above.length > 0 && (
          <span className="flex items-center gap-1 text-nest text-xs">
            <GitFork aria-hidden className="size-3.5 shrink-0" />
            <span className="truncate">Part of {above.join(" › ")}</span>
          </span>
        )}
        <span className="block text-ink-2 text-xs">
          {[kindWord(item.kind), countOf(item)].filter(Boolean).join(" · ")}
        </span>
      </Target>
    </li>
  );
}

type TargetProps = { item: Interaction; beside: boolean } & Pick<
  ComponentProps<"a">,
  "className" | "children" | "aria-current"
>;

const Target = ({ item, beside, ...rest }: TargetProps) =>
  beside ? (
    <Link
      from="/inbox"
      to="/inbox"
      search={(old) => ({ ...old, sel: item.interaction_id })}
      replace
      resetScroll={false}
      activeProps={{}}
      {...rest}
    />
  ) : (
    <Link
      to="/runs/$runId/interactions/$interactionId"
      params={{ runId: item.workflow_run_id, interactionId: item.interaction_id }}
      {...rest}
    />
  );
