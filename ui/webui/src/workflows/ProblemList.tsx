import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import type { Ref } from "react";
import { plural } from "@/core/format";
import type { EditorProblem } from "@/workflows/use-problems";

interface ProblemListProps {
  problems: readonly EditorProblem[];
  isChecking: boolean;
  onReveal: (place: EditorProblem["place"]) => void;
  heading?: Ref<HTMLHeadingElement>;
}

/** What is wrong, each with its place. A click goes there. */
export function ProblemList({ problems, isChecking, onReveal, heading }: ProblemListProps) {
  return (
    <section aria-label="Problems" className="min-w-0">
      <h2 ref={heading} tabIndex={-1} className="text-base outline-none">
        Problems
      </h2>
      <p role="status" className="mt-1 flex items-center gap-1.5 text-ink-2 text-sm">
        <Summary problems={problems} isChecking={isChecking} />
      </p>
      <ul className="mt-2 flex flex-col gap-1">
        {problems.map((problem) => (
          <li key={`${placeText(problem.place)} ${problem.message}`}>
            <button
              type="button"
              onClick={() => onReveal(problem.place)}
              className="flex w-full items-start gap-2 rounded-md border border-line bg-surface p-2 text-left text-sm hover:border-line-strong"
            >
              {problem.severity === "error" ? (
                <CircleAlert aria-label="Error" className="mt-0.5 size-4 shrink-0 text-bad" />
              ) : (
                <TriangleAlert aria-label="Warning" className="mt-0.5 size-4 shrink-0 text-ink-2" />
              )}
              <span className="min-w-0">
                <code className="block break-words font-mono text-ink-2 text-xs">
                  {placeText(problem.place)}
                </code>
                <span className="break-words">{problem.message}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Summary({ problems, isChecking }: Pick<ProblemListProps, "problems" | "isChecking">) {
  if (isChecking)
    return (
      <>
        <LoaderCircle aria-hidden className="spin size-4" />
        Checking…
      </>
    );
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  if (problems.length === 0)
    return (
      <>
        <CircleCheck aria-hidden className="size-4 text-ok" />
        None: it can be saved.
      </>
    );
  const words = [errors && plural(errors, "error"), warnings && plural(warnings, "warning")].filter(Boolean);
  return <>{words.join(", ")}.</>;
}

const placeText = (place: EditorProblem["place"]): string =>
  "pointer" in place ? place.pointer || "/" : "not JSON";
