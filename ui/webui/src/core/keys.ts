/** Keys to commands. One listener for the page; `app/Shell` starts it. */
import { allCommands, type Command } from "@/core/commands";

const SEQUENCE_MS = 1200;

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The keys as caps to show: `mod+k` -> `["Ctrl", "K"]`, `g i` -> `["g", "i"]`. */
export function capsOf(keys: string): string[] {
  return keys.split(/[ +]/).map((part) => CAPS[part] ?? part);
}

const CAPS: Record<string, string> = {
  mod: isMac ? "⌘" : "Ctrl",
  shift: "Shift",
  alt: "Alt",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  k: "k",
};

/** One press as text: `mod+k`, `?`, `j`. Shift counts only where the key itself does not show it. */
export function pressOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const alt = event.altKey ? "alt+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "shift+" : "";
  return `${mod}${alt}${shift}${event.key.length === 1 && mod ? event.key.toLowerCase() : event.key}`;
}

const TYPING =
  "input:not([type=checkbox],[type=radio],[type=button]), textarea, select, [contenteditable=true], .cm-editor";
const OVERLAY = "[role=dialog], [role=alertdialog], [role=menu]";

function isFree(target: EventTarget | null, press: string): boolean {
  if (!(target instanceof Element)) return true;
  if (press.startsWith("mod+")) return true;
  return !target.closest(TYPING) && !target.closest(OVERLAY);
}

/** Enter and Space on a button or link are that control's own. */
const isOwnKey = (target: EventTarget | null, press: string): boolean =>
  (press === "Enter" || press === " ") &&
  target instanceof Element &&
  target.closest("button, a, summary") !== null;

/** Listens until the returned function is called. */
export function listenForKeys(): () => void {
  let before = "";
  let at = 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const press = pressOf(event);
    if (!isFree(event.target, press) || isOwnKey(event.target, press)) return;
    const sequence = event.timeStamp - at < SEQUENCE_MS && before ? `${before} ${press}` : press;
    const found = find(sequence) ?? find(press);
    before = found ? "" : press;
    at = event.timeStamp;
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}

/** The innermost component's command wins. */
const find = (keys: string): Command | undefined =>
  allCommands().findLast((command) => command.keys === keys && !command.disabled);
