import { useState } from "react";

const NONE: ReadonlySet<string> = new Set();

/** Keys that have come since the last change of what is shown: empty at first sight, and for what has been there. */
export function useFresh(keys: readonly string[]): ReadonlySet<string> {
  const [known, setKnown] = useState(keys);
  const [fresh, setFresh] = useState(NONE);
  if (known.length !== keys.length || known.some((key, at) => key !== keys[at])) {
    const before = new Set(known);
    setKnown(keys);
    setFresh(new Set(keys.filter((key) => !before.has(key))));
  }
  return fresh;
}
