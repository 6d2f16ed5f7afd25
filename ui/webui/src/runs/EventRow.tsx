import { formatClock } from "@/core/format";
import { timeZone } from "@/core/settings";
import { useStore } from "@/core/store";
import type { EventBrief } from "@/core/types";
import { EVENT, eventDetail, eventPlace, eventWords } from "@/runs/event-words";
import { cn } from "@/ui/cn";
import { TONE_TEXT, type Tone } from "@/ui/status";

const DOT: Record<Tone, string> = {
  human: "bg-human",
  machine: "bg-machine",
  nest: "bg-nest",
  ok: "bg-ok",
  bad: "bg-bad",
  muted: "bg-line-strong",
};

/** One event on one line. `isLater`: after the moment that is looked at. */
export function EventRow({ event, isLater }: { event: EventBrief; isLater: boolean }) {
  const zone = useStore(timeZone);
  const tone = EVENT[event.event_type]?.tone ?? "muted";
  return (
    <div className={cn("flex h-full items-center gap-3 px-3 text-sm", isLater && "text-ink-3 italic")}>
      <span className="w-12 shrink-0 text-right font-mono text-ink-3 text-xs">{event.seq}</span>
      <span aria-hidden className={cn("size-2 shrink-0 rounded-full", DOT[tone], isLater && "opacity-40")} />
      <span className={cn("w-42 shrink-0 truncate", !isLater && TONE_TEXT[tone])}>
        {eventWords(event.event_type)}
      </span>
      <span className="w-44 shrink-0 truncate max-xl:w-32 max-md:min-w-0 max-md:flex-1">
        {eventPlace(event)}
      </span>
      <span className={cn("min-w-0 flex-1 truncate max-md:hidden", isLater ? "text-ink-3" : "text-ink-2")}>
        {eventDetail(event)}
      </span>
      <time dateTime={event.timestamp} className="shrink-0 text-ink-3 text-xs max-md:hidden">
        {formatClock(event.timestamp, zone)}
      </time>
      {isLater && <span className="sr-only">later than the moment that is shown</span>}
    </div>
  );
}
