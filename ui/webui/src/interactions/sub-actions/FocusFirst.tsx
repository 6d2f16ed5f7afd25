import { type RefObject, useEffect } from "react";

/** Goes to the first field, once the form is there: it may be loaded first. */
export function FocusFirst({ within }: { within: RefObject<HTMLElement | null> }) {
  useEffect(() => {
    within.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, [within]);
  return null;
}
