import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/input-style";
import { ITEM_STYLE, POPUP_STYLE } from "@/ui/menu";

export { NativeSelect } from "@/ui/native-select";

export interface Choice<T extends string = string> {
  value: T;
  label: string;
  icon?: ReactNode;
  hint?: string;
}

interface SelectProps<T extends string> {
  value: T | null;
  onChange: (value: T) => void;
  choices: readonly Choice<T>[];
  /** Its name, where no Field gives one. */
  label?: string;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

/** A choice with icons or hints. For plain filters `NativeSelect` is lighter. */
export function Select<T extends string>({
  value,
  onChange,
  choices,
  label,
  placeholder,
  disabled,
  className,
}: SelectProps<T>) {
  const items = choices.map((choice) => ({ value: choice.value, label: choice.label }));
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(next) => next !== null && onChange(next as T)}
      disabled={disabled ?? false}
      modal={false}
    >
      <Base.Trigger
        aria-label={label}
        className={cn(INPUT_STYLE, "flex h-control items-center justify-between gap-2 text-left", className)}
      >
        <Base.Value className="truncate">
          {(shown) => choices.find((choice) => choice.value === shown)?.label ?? placeholder}
        </Base.Value>
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-4 text-ink-3" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={POPUP_STYLE}>
            <Base.List>
              {choices.map((choice) => (
                <Base.Item key={choice.value} value={choice.value} className={ITEM_STYLE}>
                  {choice.icon}
                  <Base.ItemText className="flex-1">
                    {choice.label}
                    {choice.hint && <span className="block text-ink-3 text-xs">{choice.hint}</span>}
                  </Base.ItemText>
                  <Base.ItemIndicator>
                    <Check aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
