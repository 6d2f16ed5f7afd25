import { AlertDialog as AlertBase } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, buttonStyle } from "@/ui/button";
import { cn } from "@/ui/cn";

const BACKDROP =
  "fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0";
const POPUP =
  "floating fixed z-40 flex max-h-[85dvh] w-[min(36rem,calc(100vw-2rem))] flex-col rounded-lg border border-line bg-surface shadow-float left-1/2 top-[8dvh] -translate-x-1/2 outline-none";

const CLOSE = buttonStyle({ kind: "quiet", size: "md", square: true });

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons at the lower edge, the one that does it last. */
  actions?: ReactNode;
  className?: string;
  /** Where focus begins; default: the first control. */
  initialFocus?: React.RefObject<HTMLElement | null>;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  actions,
  className,
  initialFocus,
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup className={cn(POPUP, className)} initialFocus={initialFocus}>
          <header className="px-5 pt-4 pr-14 pb-2">
            <Base.Title className="font-semibold text-lg">{title}</Base.Title>
            {description && (
              <Base.Description className="mt-1 text-ink-2 text-sm">{description}</Base.Description>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-4">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">
              {actions}
            </footer>
          )}
          {/* Last, so that focus begins with what the dialog is for. */}
          <Base.Close aria-label="Close" className={cn(CLOSE, "absolute top-3 right-3")}>
            <X aria-hidden />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children?: ReactNode;
  /** A verb: "Cancel run", never "OK". */
  action: string;
  onConfirm: () => void;
  busy?: boolean;
  danger?: boolean;
  cancelLabel?: string;
}

/** A question that has to be decided before anything else. Focus begins on the way out. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <AlertBase.Root open={props.open} onOpenChange={(next) => props.onOpenChange(next)}>
      <AlertBase.Portal>
        <AlertBase.Backdrop className={BACKDROP} />
        <AlertBase.Popup className={cn(POPUP, "w-[min(28rem,calc(100vw-2rem))] p-5")}>
          <AlertBase.Title className="font-semibold text-lg">{props.title}</AlertBase.Title>
          <AlertBase.Description render={<div />} className="mt-2 overflow-y-auto text-ink-2 text-sm">
            {props.children}
          </AlertBase.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertBase.Close render={<Button>{props.cancelLabel ?? "Back"}</Button>} />
            <Button
              wrap
              kind={props.danger ? "danger" : "primary"}
              busy={props.busy ?? false}
              onClick={props.onConfirm}
            >
              {props.action}
            </Button>
          </div>
        </AlertBase.Popup>
      </AlertBase.Portal>
    </AlertBase.Root>
  );
}
