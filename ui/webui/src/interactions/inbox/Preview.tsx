import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import { useEffect } from "react";
import { queries } from "@/core/query";
import type { Interaction } from "@/core/types";
import { markSeen } from "@/interactions/inbox/marks";
import { Path } from "@/interactions/Path";
import { Question } from "@/interactions/Question";
import { QuestionMenu } from "@/interactions/QuestionMenu";
import { useTellEnd } from "@/interactions/use-tell-end";
import { buttonStyle } from "@/ui/button";
import { cn } from "@/ui/cn";
import { QueryState } from "@/ui/query-state";
import { toast } from "@/ui/toast";

interface PreviewProps {
  /** As the list has it, until it is read itself. */
  first: Interaction;
  /** To the next question; without one, to the next in the list. */
  onLeave: (next?: Interaction) => void;
}

/** A question beside the list, to be answered there. Give it the question's id as key. */
export default function Preview({ first, onLeave }: PreviewProps) {
  const { workflow_run_id: runId, interaction_id: interactionId } = first;
  const query = useQuery({ ...queries.interaction(runId, interactionId), placeholderData: first });
  const item = query.data ?? first;
  const tellEnd = useTellEnd();
  useEffect(() => {
    markSeen(interactionId);
    window.scrollTo({ top: 0 });
  }, [interactionId]);
  return (
    <section id="question" tabIndex={-1} aria-label={item.title} className="min-w-0 max-w-4xl outline-none">
      <header className="mb-5 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <div className="mb-0.5 text-ink-2 text-sm">
            <Path item={item} />
          </div>
          <h2 className="text-xl">{item.title}</h2>
          {item.prompt && <p className="mt-1 text-ink-2 text-sm">{item.prompt}</p>}
        </div>
        <Link
          to="/runs/$runId/interactions/$interactionId"
          params={{ runId, interactionId }}
          aria-label="Open on its own page"
          title="Open on its own page"
          className={cn(buttonStyle({ kind: "quiet", square: true }))}
        >
          <Maximize2 aria-hidden />
        </Link>
        <QuestionMenu item={item} />
      </header>
      <QueryState query={query} failed="The question could not be read">
        {(found) => (
          <Question
            item={found}
            onNext={(next) => {
              toast.ok("Answered", { detail: "Here is the next question of this run." });
              onLeave(next);
            }}
            onNone={(run) => {
              tellEnd(run);
              onLeave();
            }}
          />
        )}
      </QueryState>
    </section>
  );
}
