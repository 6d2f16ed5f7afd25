import { afterEach, expect, it, vi } from "vitest";
import { readStored, writeStored } from "@/core/storage";

afterEach(() => {
  vi.restoreAllMocks();
  writeStored("draft", null, "session");
});

it("what no longer fits is kept for the page, and what was kept before does not come back in its place", () => {
  writeStored("draft", "old", "session");
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  writeStored("draft", "new", "session");
  expect(readStored("draft", "session")).toBe("new");
});
