import type { ReactNode } from "react";
import { capsOf } from "@/core/keys";
import { cn } from "@/ui/cn";

export const Kbd = ({ children, inverse = false }: { children: ReactNode; inverse?: boolean }) => (
  <kbd
    className={cn(
      "inline-flex min-w-5 items-center justify-center rounded border px-1 font-sans text-xs leading-[1.125rem]",
      inverse ? "border-paper/40 text-paper" : "border-line-strong/50 bg-surface text-ink-2",
    )}
  >
    {children}
  </kbd>
);

/** A shortcut in caps: `<Keys keys="mod+k" />`. */
export const Keys = ({ keys, inverse = false }: { keys: string; inverse?: boolean }) => (
  <span className="inline-flex gap-1">
    {capsOf(keys).map((cap) => (
      <Kbd key={cap} inverse={inverse}>
        {cap}
      </Kbd>
    ))}
  </span>
);
