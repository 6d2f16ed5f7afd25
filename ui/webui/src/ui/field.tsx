import { Field as Base } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/input-style";

export { INPUT_STYLE };

interface FieldProps {
  label: string;
  /** Takes the label out of sight, not away. */
  labelHidden?: boolean;
  hint?: ReactNode;
  error?: string | null | undefined;
  required?: boolean;
  className?: string;
  /** One control of this file, or a Base UI one. */
  children: ReactNode;
}

/** A control with its label, hint and error, tied together for everyone. */
export function Field({ label, labelHidden, hint, error, required, className, children }: FieldProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={cn("flex flex-col gap-1", className)}>
      <Base.Label className={cn("font-medium text-sm", labelHidden && "sr-only")}>
        {label}
        {required && <Required />}
      </Base.Label>
      {children}
      {hint && <Base.Description className="text-ink-3 text-xs">{hint}</Base.Description>}
      {error && (
        <Base.Error match className="text-bad text-xs">
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}

export const Required = () => (
  <span className="text-ink-3" title="required">
    {" "}
    <span aria-hidden>*</span>
    <span className="sr-only">required</span>
  </span>
);

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <Base.Control
    render={<input type="text" {...rest} className={cn(INPUT_STYLE, "h-control", className)} />}
  />
);

/** Grows with what is in it. */
export const Textarea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <Base.Control
    render={
      <textarea
        rows={3}
        {...rest}
        className={cn(
          INPUT_STYLE,
          "field-sizing-content max-h-[50dvh] min-h-20 resize-y py-2 leading-relaxed",
          className,
        )}
      />
    }
  />
);

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
}

export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn("flex items-start gap-2.5", className)}>
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...rest}
        className="mt-0.5 size-[1.125rem] shrink-0 accent-(--machine)"
      />
      <div className="text-sm">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-ink-3 text-xs">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
