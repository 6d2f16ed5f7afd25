import { Info, X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { TONE_TEXT, type Tone } from "@/ui/status";

const FRAME: Record<Tone, string> = {
  human: "border-human/50 bg-human-soft",
  machine: "border-machine/30 bg-machine-soft",
  nest: "border-nest/30 bg-nest-soft",
  ok: "border-ok/30 bg-ok-soft",
  bad: "border-bad/35 bg-bad-soft",
  muted: "border-line bg-sunken",
};

interface NoteProps {
  tone: Tone;
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  onDismiss?: (() => void) | undefined;
  /** Read out at once. */
  alert?: boolean;
  className?: string;
}

/** Something that has happened to what is looked at, where it happened. */
export const Note = ({ tone, icon, title, children, actions, onDismiss, alert, className }: NoteProps) => (
  <div
    role={alert ? "alert" : "status"}
    className={cn("flex items-start gap-3 rounded-md border p-3 text-sm", FRAME[tone], className)}
  >
    <span className={cn("mt-0.5 [&_svg]:size-4", TONE_TEXT[tone])}>{icon ?? <Info aria-hidden />}</span>
    <div className="min-w-0 flex-1">
      <p className="font-semibold">{title}</p>
      {children && <div className="mt-0.5 text-ink-2">{children}</div>}
      {actions && <div className="mt-2 flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
    {onDismiss && <IconButton size="sm" label="Dismiss" icon={<X aria-hidden />} onClick={onDismiss} />}
  </div>
);
