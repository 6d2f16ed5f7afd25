import { Ban, CircleAlert, CircleCheck, RotateCw } from "lucide-react";
import type { SubActionOffer } from "@/core/types";
import { Note } from "@/interactions/Note";
import { type Activity, feedbackOf } from "@/interactions/sub-actions/activity";
import { ChildLink } from "@/interactions/sub-actions/ChildLink";
import { Button } from "@/ui/button";

interface SubActionOutcomeProps {
  activity: Activity;
  offer: SubActionOffer | undefined;
  /** Once more, as it was asked for. */
  onRetry: (offer: SubActionOffer) => void;
  onDismiss: () => void;
}

/** How a sub-action ended. */
export function SubActionOutcome({ activity, offer, onRetry, onDismiss }: SubActionOutcomeProps) {
  const name = offer?.label ?? activity.actionId;
  const again = (label: string) =>
    offer && (
      <Button size="sm" icon={<RotateCw aria-hidden />} onClick={() => onRetry(offer)}>
        {label}
      </Button>
    );
  const child = <ChildLink childId={activity.childId} />;
  if (activity.phase === "complete")
    return (
      <Note tone="ok" icon={<CircleCheck aria-hidden />} title={`“${name}” is done`} onDismiss={onDismiss}>
        What is new is marked below. {child}
      </Note>
    );
  if (activity.phase === "cancelled")
    return (
      <Note
        tone="muted"
        icon={<Ban aria-hidden />}
        title={cancelledTitle(name, activity.reason)}
        actions={again("Start it again")}
        onDismiss={onDismiss}
      >
        Nothing has changed here. {child}
      </Note>
    );
  const feedback = feedbackOf(activity.params);
  const isRunning = activity.failure?.code === "sub_action_running";
  if (activity.phase === "refused" && isRunning)
    return (
      <Note tone="machine" title={`“${name}” is already running`} onDismiss={onDismiss}>
        It was started elsewhere, by somebody else or in another window. Here is how far it is.
      </Note>
    );
  return (
    <Note
      alert
      tone="bad"
      icon={<CircleAlert aria-hidden />}
      title={activity.phase === "refused" ? `“${name}” was not started` : `“${name}” failed`}
      actions={
        <>
          {again(feedback ? "Try again with the same words" : "Try again")}
          {child}
        </>
      }
      onDismiss={onDismiss}
    >
      <p>{activity.failure?.message}</p>
      <p>Nothing has changed here{feedback ? `; it was asked for: “${feedback}”` : ""}.</p>
    </Note>
  );
}

function cancelledTitle(name: string, reason: string | null): string {
  if (reason === "replaced") return `“${name}” was stopped for a newer one`;
  if (reason === "answered") return `“${name}” was stopped by the answer`;
  return `“${name}” was stopped`;
}
