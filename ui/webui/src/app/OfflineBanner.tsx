import { WifiOff } from "lucide-react";
import { useLiveState } from "@/core/live";

/** What is shown may be old. */
export function OfflineBanner() {
  if (useLiveState() !== "offline") return null;
  return (
    <div
      role="status"
      className="flex items-center gap-2 border-line border-b bg-bad-soft px-4 py-2 text-sm md:px-8"
    >
      <WifiOff aria-hidden className="size-4 shrink-0 text-bad" />
      No connection to the server: what you see may be out of date. It is tried again by itself.
    </div>
  );
}
