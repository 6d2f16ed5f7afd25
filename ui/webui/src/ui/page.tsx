import type { ReactNode } from "react";
import { useEffect } from "react";
import { cn } from "@/ui/cn";

interface PageProps {
  /** The one h1, and the tab's title. */
  title: string;
  /** Instead of the plain title, e.g. an id in mono with its status beside it. */
  heading?: ReactNode;
  /** Above the title: where this is. */
  crumbs?: ReactNode;
  /** Below it: one line. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** `read` keeps lines short; `wide` takes all there is. */
  width?: "read" | "wide";
  /** Fills the window, and scrolls inside. */
  fill?: boolean;
  children: ReactNode;
}

const WIDTH = { read: "max-w-4xl", wide: "max-w-[110rem]" };

/** The frame of every page. */
export function Page({
  title,
  heading,
  crumbs,
  subtitle,
  actions,
  width = "wide",
  fill = false,
  children,
}: PageProps) {
  useTitle(title);
  return (
    <div
      className={cn(
        "mx-auto flex w-full flex-col px-4 pt-5 pb-10 md:px-8 md:pt-7",
        WIDTH[width],
        fill && "h-full min-h-0 pb-4",
      )}
    >
      <header className="mb-5 flex flex-wrap items-end gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-60">
          {crumbs && <div className="mb-0.5 text-ink-2 text-sm">{crumbs}</div>}
          <h1 className="wrap-anywhere text-2xl">{heading ?? title}</h1>
          {subtitle && <div className="mt-1 text-ink-2 text-sm">{subtitle}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** `document.title` without the count of open questions, which the shell puts before it. */
function useTitle(title: string): void {
  useEffect(() => {
    document.documentElement.dataset.title = title;
    window.dispatchEvent(new Event("interlude:title"));
  }, [title]);
}

export interface Crumb {
  key: string;
  label: ReactNode;
}

/** Links and names from the root down. */
export const Crumbs = ({ items }: { items: readonly Crumb[] }) => (
  <nav aria-label="Breadcrumb">
    <ol className="flex flex-wrap items-center gap-x-1.5">
      {items.map((item, index) => (
        <li key={item.key} className="flex min-w-0 items-center gap-x-1.5">
          {index > 0 && (
            <span aria-hidden className="text-ink-3">
              ›
            </span>
          )}
          <span className="wrap-anywhere min-w-0">{item.label}</span>
        </li>
      ))}
    </ol>
  </nav>
);
