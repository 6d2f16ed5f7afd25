import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "@/ui/kbd";

interface TooltipProps {
  content: ReactNode;
  /** Its shortcut, e.g. `g i`. */
  keys?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  /** One element that takes focus. It needs a name of its own: tooltips are not read out. */
  children: ReactElement;
}

export function Tooltip({ content, keys, side = "bottom", children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="floating flex max-w-72 items-center gap-2 rounded-sm bg-ink px-2 py-1 text-paper text-xs">
            {content}
            {keys && <Keys keys={keys} inverse />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Once around the app: tooltips beside each other open without a wait. */
export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Base.Provider delay={500}>{children}</Base.Provider>
);
