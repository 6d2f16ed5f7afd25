import { useNow } from "@/core/clock";
import { formatAge, formatDateTime, formatDuration } from "@/core/format";
import { timeZone } from "@/core/settings";
import { useStore } from "@/core/store";

/** `3 min ago`, kept true; the exact time as a tooltip. */
export function Ago({ at }: { at: string }) {
  const zone = useStore(timeZone);
  return (
    <time dateTime={at} title={formatDateTime(at, zone)} className="whitespace-nowrap">
      {formatAge(at, useNow(), zone)}
    </time>
  );
}

/** The exact time, in the zone of the settings. */
export function At({ at }: { at: string }) {
  const zone = useStore(timeZone);
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatDateTime(at, zone)}
    </time>
  );
}

/** From `from` to `to`, or until now, counting. */
export const Elapsed = ({ from, to }: { from: string; to?: string | null | undefined }) =>
  to ? <span>{formatDuration(Date.parse(to) - Date.parse(from))}</span> : <Counting from={from} />;

const Counting = ({ from }: { from: string }) => (
  <span>{formatDuration(Math.max(0, useNow() - Date.parse(from)))}</span>
);
