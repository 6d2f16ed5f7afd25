import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/input-style";

interface NativeSelectProps extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  choices: readonly { value: string; label: string }[];
}

/** The browser's own, styled. `label` is read out; a Field around it is not needed. */
export const NativeSelect = ({ label, value, onChange, choices, className, ...rest }: NativeSelectProps) => (
  <span className={cn("relative inline-flex", className)}>
    <select
      {...rest}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cn(INPUT_STYLE, "h-control appearance-none pr-8")}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
    <ChevronDown
      aria-hidden
      className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3"
    />
  </span>
);
