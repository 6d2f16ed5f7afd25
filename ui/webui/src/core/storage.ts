/** Small values kept by the browser. Storage may be switched off or full: then they last as long as the page. */
const PREFIX = "interlude.";
const fallback = new Map<string, string>();

type Area = "local" | "session";

function areaOf(area: Area): Storage | null {
  try {
    return area === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

export function readStored(name: string, area: Area = "local"): string | null {
  return areaOf(area)?.getItem(PREFIX + name) ?? fallback.get(`${area}.${name}`) ?? null;
}

/** `null` removes it. */
export function writeStored(name: string, value: string | null, area: Area = "local"): void {
  fallback.delete(`${area}.${name}`);
  try {
    const store = areaOf(area);
    if (value === null) store?.removeItem(PREFIX + name);
    else if (store) store.setItem(PREFIX + name, value);
    else fallback.set(`${area}.${name}`, value);
  } catch {
    // There is no room for it: what was kept before is older, and would come back in its place.
    areaOf(area)?.removeItem(PREFIX + name);
    if (value !== null) fallback.set(`${area}.${name}`, value);
  }
}
