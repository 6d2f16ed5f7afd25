import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { FieldProblem } from "@/core/errors";
import { cn } from "@/ui/cn";

interface AnswerBarProps {
  children: ReactNode;
  /** One sentence: what happens then. */
  hint?: ReactNode;
  /** Why it cannot be sent as it is. */
  problem?: string | null;
}

/** The last line of a question, always in sight: what sends the answer, and what speaks against it. */
export const AnswerBar = ({ children, hint, problem }: AnswerBarProps) => (
  <div
    className={cn(
      "sticky bottom-0 z-10 mt-6 border-line border-t bg-paper py-3",
      "max-md:-mx-4 max-md:bottom-14 max-md:px-4",
      // Nothing shows through between it and the bar at the edge of a small window.
      "after:absolute after:inset-x-0 after:top-full after:h-4 after:bg-paper md:after:hidden",
    )}
  >
    {problem && (
      <p role="alert" className="mb-2 flex items-center gap-2 text-bad text-sm">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        {problem}
      </p>
    )}
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {children}
      {hint && <span className="min-w-0 flex-1 basis-40 text-ink-2 text-sm">{hint}</span>}
    </div>
  </div>
);

/** What is wrong and where, for answers without fields to put it at. */
export const Problems = ({ problems }: { problems: readonly FieldProblem[] }) =>
  problems.length === 0 ? null : (
    <ul role="alert" className="mt-2 list-disc pl-5 text-bad text-sm">
      {problems.map((item) => (
        <li key={item.pointer + item.message}>
          {item.pointer && <code className="font-mono">{item.pointer}</code>} {item.message}
        </li>
      ))}
    </ul>
  );
