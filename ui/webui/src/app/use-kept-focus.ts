import { useEffect } from "react";

/** Dialogs and lists that place the focus themselves have done so by then. */
const SETTLE_MS = 80;

/**
 * Keeps the focus where the person was when what had it goes away: an answered question, a row that left its list, a
 * button whose dialog ended what it was for. The nearest thing around it that is still there takes it, so that the next
 * Tab goes on from there and not from the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let around: Element[] = [];
    let timer = 0;
    const remember = (event: FocusEvent) => {
      if (event.target instanceof Element && !event.target.closest(LAYER)) around = ancestorsOf(event.target);
    };
    const look = () => {
      if (document.activeElement !== document.body) return;
      if (around.length === 0 || around[0]?.isConnected) return;
      const next = around.find((element) => element.isConnected);
      if (next instanceof HTMLElement && next !== document.body) take(next);
    };
    const watcher = new MutationObserver(() => {
      if (document.activeElement !== document.body || around.length === 0) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(look, SETTLE_MS);
    });
    document.addEventListener("focusin", remember);
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => {
      window.clearTimeout(timer);
      watcher.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, []);
}

/** What floats gives the focus back by itself. */
const LAYER = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

function ancestorsOf(element: Element): Element[] {
  const found: Element[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) found.push(at);
  return found;
}

/** Things around others take no focus by themselves, and are not outlined: they are no control. */
function take(element: HTMLElement): void {
  if (!element.hasAttribute("tabindex")) {
    element.tabIndex = -1;
    element.style.outline = "none";
    const undo = () => {
      element.removeAttribute("tabindex");
      element.style.removeProperty("outline");
    };
    element.addEventListener("blur", undo, { once: true });
  }
  element.focus({ preventScroll: true });
}
