import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { cn } from "@/ui/cn";
import { Tooltip } from "@/ui/tooltip";

export const buttonStyle = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md border font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      kind: {
        /** What the person is asked to do. At most one in a view. */
        human: "border-transparent bg-human text-on-human hover:bg-human-hover",
        /** What starts machine work. */
        primary: "border-transparent bg-machine text-surface hover:bg-machine/90",
        secondary: "border-line-strong/45 bg-surface text-ink hover:border-line-strong hover:bg-sunken",
        quiet: "border-transparent text-ink-2 hover:bg-ink/6 hover:text-ink",
        danger: "border-transparent bg-bad text-on-bad hover:bg-bad-hover",
      },
      size: {
        md: "h-control px-3.5 text-sm",
        sm: "h-7 px-2.5 text-xs",
        lg: "h-11 px-5 text-base",
      },
      square: { true: "px-0", false: "" },
      /** For words that others have written: of any length, on as many lines as they take. */
      wrap: { true: "wrap-anywhere h-auto max-w-full shrink whitespace-normal py-1 text-left", false: "" },
    },
    compoundVariants: [
      { wrap: true, size: "md", class: "min-h-control" },
      { wrap: true, size: "lg", class: "min-h-11" },
      { square: true, size: "md", class: "w-control" },
      { square: true, size: "sm", class: "w-7" },
    ],
    defaultVariants: { kind: "secondary", size: "md", square: false },
  },
);

type Look = Omit<VariantProps<typeof buttonStyle>, "square">;

export interface ButtonProps extends ComponentProps<"button">, Look {
  icon?: ReactNode;
  /** Shows that it works, and refuses clicks meanwhile. It keeps the focus, which a disabled button would lose. */
  busy?: boolean;
}

const refuse = (event: MouseEvent) => {
  event.preventDefault();
  event.stopPropagation();
};

/** What makes a button busy; also one that sends a form, which Enter presses too. */
const whileBusy = (busy: boolean | undefined) =>
  busy && { "aria-disabled": true, "aria-busy": true, onClick: refuse };

/** A double click means it once, even where the first click is not yet seen to be at work. */
const onceOf = (busy: boolean | undefined) =>
  busy !== undefined && {
    onClickCapture: (event: MouseEvent) => {
      if (event.detail > 1) refuse(event);
    },
  };

export function Button({ kind, size, wrap, icon, busy, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...onceOf(busy)}
      {...whileBusy(busy)}
      className={cn(buttonStyle({ kind, size, wrap }), className)}
    >
      {busy ? <LoaderCircle aria-hidden className="spin" /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children"> {
  /** Its name for everyone: read out, and shown as a tooltip. */
  label: string;
  icon: ReactNode;
  keys?: string;
}

export function IconButton({
  label,
  icon,
  kind = "quiet",
  size,
  keys,
  className,
  busy,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} keys={keys}>
      <button
        type="button"
        {...rest}
        {...whileBusy(busy)}
        aria-label={label}
        className={cn(buttonStyle({ kind, size, square: true }), className)}
      >
        {busy ? <LoaderCircle aria-hidden className="spin" /> : icon}
      </button>
    </Tooltip>
  );
}
