import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatDateTime,
  formatDuration,
  humanize,
  plural,
  shortId,
} from "@/core/format";

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [-5, "0 s"],
    [940, "940 ms"],
    [1250, "1.2 s"],
    [59_990, "59.9 s"],
    [60_000, "1 min"],
    [140_000, "2 min 20 s"],
    [3_600_000 * 3 + 300_000, "3 h 5 min"],
    [86_400_000 * 4 + 7_200_000, "4 d 2 h"],
  ])("%d ms are %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("ages", () => {
  const now = Date.parse("2026-01-20T12:00:00Z");
  it.each([
    ["2026-01-20T12:00:03Z", "just now"],
    ["2026-01-20T11:59:30Z", "just now"],
    ["2026-01-20T11:57:00Z", "3 min ago"],
    ["2026-01-20T09:30:00Z", "2 h ago"],
    ["2026-01-15T12:00:00Z", "5 d ago"],
    ["2025-12-01T12:00:00Z", "1 Dec 2025"],
  ])("%s is %s", (at, text) => expect(formatAge(at, now, "utc")).toBe(text));
});

it("tells the zone of a time in UTC", () => {
  expect(formatDateTime("2026-01-20T12:03:04.5Z", "utc")).toBe("20 Jan 2026, 12:03:04 UTC");
});

it("keeps the part of an id that differs", () => {
  expect(shortId("wf_019b2e9c6d0c7a3f9a3c5b1e2d4f6a7b")).toBe("wf_…4f6a7b");
  expect(shortId("hello")).toBe("hello");
});

it("counts and names", () => {
  expect([plural(1, "run"), plural(0, "run"), plural(1200, "run")]).toEqual([
    "1 run",
    "0 runs",
    "1,200 runs",
  ]);
  expect([formatBytes(12), formatBytes(2048), formatBytes(5 * 1024 ** 2)]).toEqual([
    "12 B",
    "2.0 KiB",
    "5.0 MiB",
  ]);
  expect(humanize("select_scene-now")).toBe("Select scene now");
});
