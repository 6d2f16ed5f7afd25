import type { ReactNode } from "react";
import { cn } from "@/ui/cn";

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  /** What it means, and what to do. */
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

/** Nothing is there, or nothing fits the filters: two different sentences, the same shape. */
export const Empty = ({ icon, title, children, actions, className }: EmptyProps) => (
  <div className={cn("mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-14 text-center", className)}>
    {icon && <span className="mb-1 text-ink-3 [&_svg]:size-8 [&_svg]:stroke-[1.5]">{icon}</span>}
    <p className="font-semibold text-lg">{title}</p>
    {children && <div className="text-ink-2 text-sm">{children}</div>}
    {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
  </div>
);
