/** The marks on the slider: which kind of event is where. Pure. */
import type { EventBrief } from "@/core/types";
import { EVENT, TONE_ORDER } from "@/runs/event-words";
import type { Tone } from "@/ui/status";

/** At most so many marks beside each other: more than that cannot be told apart. */
const PLACES = 300;

/** Places by tone, each from 0 to 1. Where several events share a place, the most telling one is seen. */
export function ticksOf(events: readonly EventBrief[], total: number): Map<Tone, number[]> {
  const best = new Map<number, number>();
  const places = Math.min(PLACES, total);
  for (const event of events) {
    const place = total <= 1 ? 0 : Math.round(((event.seq - 1) / (total - 1)) * (places - 1));
    const rank = TONE_ORDER.indexOf(EVENT[event.event_type]?.tone ?? "muted");
    const known = best.get(place);
    if (known === undefined || rank < known) best.set(place, rank);
  }
  const found = new Map<Tone, number[]>();
  for (const [place, rank] of best) {
    const tone = TONE_ORDER[rank] ?? "muted";
    found.set(tone, [...(found.get(tone) ?? []), places <= 1 ? 0 : place / (places - 1)]);
  }
  return found;
}
