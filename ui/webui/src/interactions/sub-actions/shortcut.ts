/** A definition's shortcut (`m`, `Ctrl+G`, `cmd+g`) as this page names keys (`m`, `mod+g`). */
export function keysOf(shortcut: string): string {
  const parts = shortcut.trim().split(/\s*\+\s*/);
  const key = parts.pop() ?? "";
  const modifiers = parts.map((part) => MODIFIERS[part.toLowerCase()] ?? part.toLowerCase());
  return [...new Set(modifiers), modifiers.length > 0 ? key.toLowerCase() : key].join("+");
}

const MODIFIERS: Record<string, string> = {
  ctrl: "mod",
  control: "mod",
  cmd: "mod",
  command: "mod",
  meta: "mod",
  mod: "mod",
  option: "alt",
};
