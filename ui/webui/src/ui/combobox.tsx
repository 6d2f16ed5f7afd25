import { Combobox as Base } from "@base-ui/react/combobox";
import { Check, ChevronDown, X } from "lucide-react";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/field";
import { ITEM_STYLE, POPUP_STYLE } from "@/ui/menu";
import type { Choice } from "@/ui/select";

interface ComboboxProps<T extends string> {
  value: T | null;
  onChange: (value: T | null) => void;
  choices: readonly Choice<T>[];
  label: string;
  placeholder?: string;
  /** Gives what is typed, where the server does the searching; `choices` are then what it found. */
  onSearch?: (text: string) => void;
  /** What to say when nothing fits. */
  empty?: string;
  clearable?: boolean;
  className?: string;
}

const ICON_BUTTON =
  "flex size-6 items-center justify-center rounded text-ink-3 hover:text-ink [&_svg]:size-4";

/** A choice out of many, found by typing. Import it lazily where it is not needed at once: it weighs 40 kB. */
export function Combobox<T extends string>(props: ComboboxProps<T>) {
  const { value, onChange, choices, label, placeholder, onSearch, empty, clearable, className } = props;
  const selected = choices.find((choice) => choice.value === value) ?? null;
  return (
    <Base.Root
      items={choices as Choice<T>[]}
      value={selected}
      onValueChange={(next) => onChange((next as Choice<T> | null)?.value ?? null)}
      itemToStringLabel={(choice) => (choice as Choice<T>).label}
      isItemEqualToValue={(a, b) => (a as Choice<T>).value === (b as Choice<T>).value}
      {...(onSearch ? { filter: null, onInputValueChange: (text: string) => onSearch(text) } : {})}
    >
      <Base.InputGroup className={cn("relative block", className)}>
        <Base.Input
          aria-label={label}
          placeholder={placeholder}
          className={cn(INPUT_STYLE, "h-control pr-16")}
        />
        <span className="absolute inset-y-0 right-1.5 flex items-center">
          {clearable && (
            <Base.Clear className={ICON_BUTTON} aria-label={`Clear ${label}`}>
              <X aria-hidden />
            </Base.Clear>
          )}
          <Base.Trigger className={ICON_BUTTON} aria-label={`Open ${label}`}>
            <ChevronDown aria-hidden />
          </Base.Trigger>
        </span>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50">
          <Base.Popup className={POPUP_STYLE}>
            <Base.Empty className="px-2 py-1.5 text-ink-3 text-sm empty:hidden">
              {empty ?? "Nothing fits."}
            </Base.Empty>
            <Base.List>
              {(choice: Choice<T>) => (
                <Base.Item key={choice.value} value={choice} className={ITEM_STYLE}>
                  {choice.icon}
                  <span className="min-w-0 flex-1">
                    <span className="block truncate">{choice.label}</span>
                    {choice.hint && <span className="block truncate text-ink-3 text-xs">{choice.hint}</span>}
                  </span>
                  <Base.ItemIndicator>
                    <Check aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
