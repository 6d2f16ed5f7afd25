import { useState } from "react";
import { ApiError, isApiError } from "@/core/errors";
import type { JsonObject, SubActionOffer } from "@/core/types";
import type { SubActions } from "@/interactions/sub-actions/use-sub-actions";
import { toast } from "@/ui/toast";

export interface Asked {
  offer: SubActionOffer;
  /** What the form begins with. */
  preset: JsonObject;
}

export interface Door {
  /** What is being asked before something starts; null: nothing. */
  asked: Asked | null;
  /** A press of its button: asks first, where there is something to ask. */
  press: (offer: SubActionOffer, preset?: JsonObject) => void;
  close: () => void;
  /** Starts it. Raises ApiError where a field is wrong; all else is told on the page. */
  go: (offer: SubActionOffer, params: JsonObject) => Promise<void>;
}

export const takesFeedback = (offer: SubActionOffer): boolean =>
  offer.feedback?.enabled === true && !("feedback" in propertiesOf(offer));

export const propertiesOf = (offer: SubActionOffer): JsonObject =>
  (offer.params_schema?.properties ?? {}) as JsonObject;

/** Whether it asks for anything but a yes. */
export const asksForWords = (offer: SubActionOffer): boolean =>
  takesFeedback(offer) || Object.keys(propertiesOf(offer)).length > 0;

/** The way from a button to the start of a sub-action. */
export function useDoor(actions: SubActions): Door {
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const go = async (offer: SubActionOffer, params: JsonObject) => {
    try {
      await actions.start(offer.id, params);
      close();
    } catch (error) {
      if (isApiError(error) && error.fields.length > 0) throw error;
      close();
      if (error instanceof ApiError) actions.refuse(offer.id, params, error);
      else toast.error(`“${offer.label}” was not started`, error);
    }
  };
  const press = (offer: SubActionOffer, preset: JsonObject = {}) => {
    if (asksForWords(offer) || offer.confirm) setAsked({ offer, preset });
    else
      void go(offer, preset).catch((error: unknown) =>
        toast.error(`“${offer.label}” was not started`, error),
      );
  };
  return { asked, press, close, go };
}
