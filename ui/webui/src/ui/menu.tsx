import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/ui/cn";
import { Keys } from "@/ui/kbd";

export const POPUP_STYLE =
  "floating max-h-[min(var(--available-height),26rem)] min-w-[max(var(--anchor-width),11rem)] overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-float outline-none";
export const ITEM_STYLE =
  "flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-sm px-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-ink/7 [&_svg]:size-4 [&_svg]:shrink-0 pointer-coarse:min-h-11";

export interface MenuAction {
  label: string;
  icon?: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  keys?: string;
}

interface MenuProps {
  /** The button that opens it, e.g. `<IconButton label="More" icon={<Ellipsis />} />`. */
  trigger: ReactElement;
  /** Groups are divided by lines. */
  groups: readonly (readonly MenuAction[])[];
  align?: "start" | "end";
}

/** It opens inside of the page's content, and what is around it is out of reach meanwhile: so it is for everybody. */
export function Menu({ trigger, groups, align = "end" }: MenuProps) {
  const shown = groups.filter((group) => group.length > 0);
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={document.getElementById("main")}>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className={POPUP_STYLE}>
            {shown.map((group, index) => (
              <Base.Group key={group[0]?.label}>
                {index > 0 && <Base.Separator className="my-1 h-px bg-line" />}
                {group.map((action) => (
                  <Base.Item
                    key={action.label}
                    disabled={action.disabled ?? false}
                    onClick={action.onSelect}
                    className={cn(ITEM_STYLE, action.danger && "text-bad")}
                  >
                    {action.icon}
                    <span className="flex-1">{action.label}</span>
                    {action.keys && <Keys keys={action.keys} />}
                  </Base.Item>
                ))}
              </Base.Group>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
