import { type ReactNode, useEffect, useState } from "react";
import { cn } from "@/ui/cn";

/** Shows what it holds only when loading takes longer than that: most of it does not, and a flash is worse. Until then
 * there is a mark in its place, by which tests tell a page that loads from one that is there. */
export function Late({ children, ms = 200 }: { children: ReactNode; ms?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late ? children : <span hidden data-loading />;
}

export const Bone = ({ className }: { className?: string }) => (
  <span className={cn("shimmer block h-4 rounded bg-ink/8", className)} />
);

/** Rows in the place of rows that come. */
export const SkeletonRows = ({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) => (
  <Late>
    <div role="status" aria-label={label} className="flex flex-col gap-3 py-2">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Bone key={index} className={index % 3 === 2 ? "w-2/3" : index % 2 ? "w-5/6" : "w-full"} />
      ))}
    </div>
  </Late>
);
