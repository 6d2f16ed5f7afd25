/** Times, durations, ids and sizes as people read them. Pure: the present moment is given, never asked for. */
import type { TimeZone } from "@/core/settings";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.4 s`, `12.3 s`, `2 min 20 s`, `3 h 5 min`, `4 d 2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 0 || !Number.isFinite(ms)) return "0 s";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, "min", SECOND, "s");
  if (ms < DAY) return pair(ms, HOUR, "h", MINUTE, "min");
  return pair(ms, DAY, "d", HOUR, "h");
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest ? ` ${rest} ${smallName}` : ""}`;
}

/** `just now`, `3 min ago`, `2 h ago`, `5 d ago`, then the date. */
export function formatAge(iso: string, now: number, zone: TimeZone = "local"): string {
  const age = now - Date.parse(iso);
  if (age < 45 * SECOND) return "just now";
  if (age < HOUR) return `${Math.max(1, Math.round(age / MINUTE))} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  if (age < 14 * DAY) return `${Math.floor(age / DAY)} d ago`;
  return formatDate(iso, zone);
}

const zoneOf = (zone: TimeZone) => (zone === "utc" ? { timeZone: "UTC" } : {});

export const formatDate = (iso: string, zone: TimeZone = "local"): string =>
  new Date(iso).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    ...zoneOf(zone),
  });

/** `21 Nov 2026, 14:03:45`, with ` UTC` in that zone. */
export function formatDateTime(iso: string, zone: TimeZone = "local"): string {
  const time = new Date(iso).toLocaleTimeString("en-GB", { hour12: false, ...zoneOf(zone) });
  return `${formatDate(iso, zone)}, ${time}${zone === "utc" ? " UTC" : ""}`;
}

/** `14:03:45.678`. */
export const formatClock = (iso: string, zone: TimeZone = "local"): string =>
  new Date(iso).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    ...zoneOf(zone),
  });

/** The end of a long id, which is what differs: `wf_019b…4f6a7b`. The whole one belongs in a title or a copy button. */
export function shortId(id: string): string {
  const [prefix, rest] = id.includes("_")
    ? [id.slice(0, id.lastIndexOf("_") + 1), id.slice(id.lastIndexOf("_") + 1)]
    : ["", id];
  return rest.length > 12 ? `${prefix}…${rest.slice(-6)}` : id;
}

/** `1 run`, `3 runs`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** `select_scene` -> `Select scene`. */
export function humanize(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
