import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  Clock,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Pause,
  SkipForward,
} from "lucide-react";
import type { RunStatus, SubAction } from "@/core/types";
import { cn } from "@/ui/cn";

export type Tone = "human" | "machine" | "nest" | "ok" | "bad" | "muted";

interface Look {
  icon: LucideIcon;
  word: string;
  tone: Tone;
  spin?: boolean;
}

/** Every status that is shown anywhere: an icon, a word and a colour, always all three. */
export const STATUS: Record<RunStatus | SubAction["status"] | "open" | "answered" | "skipped", Look> = {
  pending: { icon: CircleDashed, word: "Starting", tone: "machine" },
  queued: { icon: CircleDashed, word: "Queued", tone: "machine" },
  processing: { icon: LoaderCircle, word: "Running", tone: "machine", spin: true },
  running: { icon: LoaderCircle, word: "Running", tone: "machine", spin: true },
  awaiting_input: { icon: Hand, word: "Needs an answer", tone: "human" },
  open: { icon: Hand, word: "Open", tone: "human" },
  waiting: { icon: Clock, word: "Waiting", tone: "muted" },
  answered: { icon: CircleCheck, word: "Answered", tone: "ok" },
  completed: { icon: CircleCheck, word: "Completed", tone: "ok" },
  error: { icon: CircleAlert, word: "Failed", tone: "bad" },
  failed: { icon: CircleAlert, word: "Failed", tone: "bad" },
  cancelled: { icon: Ban, word: "Cancelled", tone: "muted" },
  skipped: { icon: SkipForward, word: "Skipped", tone: "muted" },
};

export const TONE_TEXT: Record<Tone, string> = {
  human: "text-human-ink",
  machine: "text-machine",
  nest: "text-nest",
  ok: "text-ok",
  bad: "text-bad",
  muted: "text-ink-2",
};

const TONE_SOFT: Record<Tone, string> = {
  human: "bg-human-soft",
  machine: "bg-machine-soft",
  nest: "bg-nest-soft",
  ok: "bg-ok-soft",
  bad: "bg-bad-soft",
  muted: "bg-ink/6",
};

interface StatusProps {
  status: string;
  /** A pill, for headers; plain for rows. */
  pill?: boolean;
  className?: string;
}

export function Status({ status, pill = false, className }: StatusProps) {
  const look: Look = STATUS[status as keyof typeof STATUS] ?? { icon: Pause, word: status, tone: "muted" };
  const Icon = look.icon;
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap text-sm",
        TONE_TEXT[look.tone],
        pill && cn("rounded-full px-2.5 py-0.5 font-medium", TONE_SOFT[look.tone]),
        className,
      )}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", look.spin && "spin")} />
      {look.word}
    </span>
  );
}

interface BadgeProps {
  tone?: Tone;
  className?: string;
  children: React.ReactNode;
}

export const Badge = ({ tone = "muted", className, children }: BadgeProps) => (
  <span
    className={cn(
      "inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 text-xs leading-5 [&_svg]:size-3.5",
      TONE_TEXT[tone],
      TONE_SOFT[tone],
      className,
    )}
  >
    {children}
  </span>
);
