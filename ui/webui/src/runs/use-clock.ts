import { useEffect, useState } from "react";

/** The present moment, every `ms`, while `on`; otherwise it stands still and nothing is drawn again. */
export function useClock(on: boolean, ms = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [on, ms]);
  return now;
}
