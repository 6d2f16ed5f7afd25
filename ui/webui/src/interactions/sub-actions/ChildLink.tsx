import { Link } from "@tanstack/react-router";
import { GitFork } from "lucide-react";

/** The hidden run that does the work; a sub-action of the question's own module has none. */
export const ChildLink = ({ childId }: { childId: string | null }) =>
  childId === null ? null : (
    <Link
      to="/runs/$runId"
      params={{ runId: childId }}
      className="inline-flex items-center gap-1 align-bottom text-nest underline decoration-nest/40 underline-offset-2 hover:decoration-nest"
    >
      <GitFork aria-hidden className="size-3.5" />
      Inspect the hidden run
    </Link>
  );
