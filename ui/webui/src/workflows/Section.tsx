import type { ReactNode } from "react";
import { cn } from "@/ui/cn";

interface SectionProps {
  title: string;
  /** At the end of the line of the title. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A part of a page with its heading. */
export const Section = ({ title, aside, className, children }: SectionProps) => (
  <section aria-label={title} className={cn("min-w-0", className)}>
    <header className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3">
      <h2 className="text-lg">{title}</h2>
      {aside && <div className="text-sm">{aside}</div>}
    </header>
    {children}
  </section>
);
