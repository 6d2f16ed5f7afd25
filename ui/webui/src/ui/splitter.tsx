import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { readStored, writeStored } from "@/core/storage";
import { cn } from "@/ui/cn";

interface SplitterProps {
  /** What is divided, for screen readers and for keeping the position: "Trace and details". */
  label: string;
  /** Share of the first part in percent, at first. */
  initial?: number;
  first: ReactNode;
  second: ReactNode;
  className?: string;
}

const MIN = 20;
const MAX = 80;
const clamp = (value: number) => Math.max(MIN, Math.min(MAX, value));

/** Two parts side by side with a movable line; below 64rem they are one above the other. */
export function Splitter({ label, initial = 60, first, second, className }: SplitterProps) {
  const name = `split.${label}`;
  const [share, setShare] = useState(() => clamp(Number(readStored(name) ?? initial) || initial));
  const box = useRef<HTMLDivElement>(null);
  const change = (next: number) => {
    setShare(clamp(next));
    writeStored(name, String(clamp(next)));
  };
  const onMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !box.current) return;
    const { left, width } = box.current.getBoundingClientRect();
    change(((event.clientX - left) / width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: share - 2,
      ArrowRight: share + 2,
      Home: MIN,
      End: MAX,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    change(next);
  };
  return (
    <div
      ref={box}
      style={{ "--share": `${share}fr`, "--rest": `${100 - share}fr` } as React.CSSProperties}
      className={cn(
        "grid min-h-0 gap-4 lg:grid-cols-[minmax(0,var(--share))_auto_minmax(0,var(--rest))] lg:gap-0",
        className,
      )}
    >
      <div className="flex min-h-0 min-w-0 flex-col">{first}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is no hr */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onMove}
        onKeyDown={onKeyDown}
        className="group hidden w-4 cursor-col-resize touch-none items-center justify-center lg:flex"
      >
        <span className="h-8 w-1 rounded-full bg-line group-hover:bg-line-strong group-focus-visible:bg-focus" />
      </div>
      <div className="flex min-h-0 min-w-0 flex-col">{second}</div>
    </div>
  );
}
