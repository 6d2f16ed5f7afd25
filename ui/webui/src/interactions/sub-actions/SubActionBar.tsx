import { Sparkles } from "lucide-react";
import { useRef } from "react";
import { useCommands } from "@/core/commands";
import type { Interaction, SubActionOffer } from "@/core/types";
import type { Activity } from "@/interactions/sub-actions/activity";
import { isOpen } from "@/interactions/sub-actions/activity";
import { Composer } from "@/interactions/sub-actions/Composer";
import { SubActionOutcome } from "@/interactions/sub-actions/SubActionOutcome";
import { SubActionProgress } from "@/interactions/sub-actions/SubActionProgress";
import { keysOf } from "@/interactions/sub-actions/shortcut";
import { asksForWords, type Door } from "@/interactions/sub-actions/use-door";
import type { SubActions } from "@/interactions/sub-actions/use-sub-actions";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Keys } from "@/ui/kbd";

interface SubActionBarProps {
  item: Interaction;
  actions: SubActions;
  door: Door;
}

/** What can be done inside the open question: buttons, what they ask first, how far it is, how it ended. */
export function SubActionBar({ item, actions, door }: SubActionBarProps) {
  const offers = item.sub_actions.filter((offer) => !offer.hidden);
  const box = useRef<HTMLElement>(null);
  useCommands(
    offers.map((offer) => ({
      id: `sub-action:${offer.id}`,
      title: offer.label,
      keywords: "sub-action",
      ...(offer.shortcut ? { keys: keysOf(offer.shortcut) } : {}),
      disabled: isBusy(offer, actions.activities),
      run: () => door.press(offer),
    })),
  );
  if (offers.length === 0 && actions.activities.length === 0) return null;
  const { asked } = door;
  const close = () => {
    door.close();
    const button =
      asked && box.current?.querySelector<HTMLElement>(`[data-offer="${CSS.escape(asked.offer.id)}"]`);
    button?.focus();
  };
  return (
    <section ref={box} aria-label="What can be done here" className="mb-5 flex flex-col gap-3">
      {offers.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {offers.map((offer) => (
            <OfferButton
              key={offer.id}
              offer={offer}
              busy={isBusy(offer, actions.activities)}
              isAsking={asked?.offer.id === offer.id}
              onPress={() => (asked?.offer.id === offer.id ? close() : door.press(offer))}
            />
          ))}
        </div>
      )}
      {asked && asksForWords(asked.offer) && (
        <Composer
          key={`${asked.offer.id}:${JSON.stringify(asked.preset)}`}
          item={item}
          asked={asked}
          records={actions.records}
          onGo={(params) => door.go(asked.offer, params)}
          onClose={close}
        />
      )}
      <ConfirmDialog
        open={asked !== null && !asksForWords(asked.offer)}
        onOpenChange={(open) => !open && close()}
        title={`${asked?.offer.label ?? ""}?`}
        action={asked?.offer.label ?? ""}
        onConfirm={() => {
          if (asked) void door.go(asked.offer, asked.preset);
          door.close();
        }}
      >
        {asked?.offer.confirm}
      </ConfirmDialog>
      {actions.activities.map((activity) =>
        isOpen(activity) ? (
          <SubActionProgress
            key={activity.key}
            activity={activity}
            offer={offerOf(item, activity)}
            onStop={() => actions.stop(activity)}
            onLook={() => actions.look(activity)}
          />
        ) : (
          <SubActionOutcome
            key={activity.key}
            activity={activity}
            offer={offerOf(item, activity)}
            onRetry={(offer) => {
              actions.dismiss(activity);
              void door.go(offer, activity.params);
            }}
            onDismiss={() => actions.dismiss(activity)}
          />
        ),
      )}
    </section>
  );
}

const offerOf = (item: Interaction, activity: Activity): SubActionOffer | undefined =>
  item.sub_actions.find((offer) => offer.id === activity.actionId);

/** Pressing it again would be refused. */
const isBusy = (offer: SubActionOffer, activities: readonly Activity[]): boolean =>
  offer.concurrency === "reject" && activities.some((one) => one.actionId === offer.id && isOpen(one));

interface OfferButtonProps {
  offer: SubActionOffer;
  busy: boolean;
  isAsking: boolean;
  onPress: () => void;
}

function OfferButton({ offer, busy, isAsking, onPress }: OfferButtonProps) {
  const asks = asksForWords(offer);
  return (
    <Button
      wrap
      data-offer={offer.id}
      icon={<Sparkles aria-hidden className="text-machine" />}
      busy={busy}
      aria-expanded={asks ? isAsking : undefined}
      onClick={onPress}
    >
      {busy ? (
        (offer.loading_label ?? offer.label)
      ) : (
        <span>
          {offer.label}
          {asks && <span aria-hidden>…</span>}
        </span>
      )}
      {offer.shortcut && !busy && (
        <span className="max-md:hidden">
          <Keys keys={keysOf(offer.shortcut)} />
        </span>
      )}
    </Button>
  );
}
