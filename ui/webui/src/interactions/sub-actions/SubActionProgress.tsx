import { CircleStop, LoaderCircle, RotateCw, Unplug } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNow } from "@/core/clock";
import { useLiveState } from "@/core/live";
import type { SubActionOffer } from "@/core/types";
import { Note } from "@/interactions/Note";
import { type Activity, feedbackOf, placeOf, shareOf } from "@/interactions/sub-actions/activity";
import { ChildLink } from "@/interactions/sub-actions/ChildLink";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Elapsed } from "@/ui/time";

/** How long a start may take that all is well with. */
const BEGIN_MS = 3000;

interface SubActionProgressProps {
  activity: Activity;
  offer: SubActionOffer | undefined;
  onStop: () => Promise<void>;
  onLook: () => void;
}

/** A sub-action at work: how far, since when, and the way to stop it. */
export function SubActionProgress({ activity, offer, onStop, onLook }: SubActionProgressProps) {
  const [stopping, setStopping] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const isOffline = useLiveState() === "offline";
  // Until the server has named it there is nothing to stop; where it never does, it can be given up.
  const isBeginning = useNow() - Date.parse(activity.startedAt) < BEGIN_MS && activity.subActionId === null;
  const isOwn = useRef(activity.phase === "starting");
  useEffect(() => {
    // The button that was pressed cannot be pressed now, so it lost the focus; here is what it brought about.
    if (isOwn.current && document.activeElement === document.body) box.current?.focus();
  }, []);
  const label = offer?.loading_label ?? offer?.label ?? activity.actionId;
  if (activity.phase === "lost")
    return (
      <Note
        tone="machine"
        icon={<Unplug aria-hidden />}
        title={`Lost sight of “${offer?.label ?? activity.actionId}”`}
        actions={
          <Button icon={<RotateCw aria-hidden />} onClick={onLook}>
            Look again
          </Button>
        }
      >
        The connection ended before the work did. It goes on without this page, and what it makes will appear
        here.
      </Note>
    );
  const share = shareOf(activity);
  const place = placeOf(activity);
  const asked = feedbackOf(activity.params);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of text, a bar and a button
    <div
      ref={box}
      role="group"
      aria-label={label}
      tabIndex={-1}
      className="rounded-md border border-machine/30 bg-machine-soft px-4 py-3 text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <LoaderCircle aria-hidden className="spin size-4 shrink-0 text-machine" />
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-semibold">{label}</p>
          <p className="text-ink-2">
            <span role="status">{place}</span>
            {activity.module?.message && <span> · {activity.module.message}</span>}
          </p>
        </div>
        <div className="flex items-center gap-3">
          <span className="text-ink-2 tabular-nums">
            <Elapsed from={activity.startedAt} />
          </span>
          <Button
            size="sm"
            icon={<CircleStop aria-hidden />}
            busy={stopping}
            disabled={isBeginning}
            aria-label={`Stop ${offer?.label ?? activity.actionId}`}
            onClick={() => {
              setStopping(true);
              void onStop().finally(() => setStopping(false));
            }}
          >
            Stop
          </Button>
        </div>
      </div>
      <Bar share={share} label={label} text={place} />
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-ink-2 text-xs">
        {asked && <span className="min-w-0 truncate">Asked for: “{asked}”</span>}
        <ChildLink childId={activity.childId} />
        {isOffline && <span>The connection is away; the work goes on.</span>}
      </p>
    </div>
  );
}

const Bar = ({ share, label, text }: { share: number | null; label: string; text: string }) => (
  <div
    role="progressbar"
    aria-label={label}
    aria-valuetext={text}
    {...(share === null
      ? {}
      : { "aria-valuenow": Math.round(share * 100), "aria-valuemin": 0, "aria-valuemax": 100 })}
    className="mt-2 h-1.5 overflow-hidden rounded-full bg-machine/20"
  >
    <div
      style={{ width: `${(share ?? 1) * 100}%` }}
      className={cn(
        "h-full rounded-full bg-machine transition-[width] duration-300",
        share === null && "shimmer",
      )}
    />
  </div>
);
