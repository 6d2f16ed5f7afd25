import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { isApiError } from "@/core/errors";
import { queries } from "@/core/query";
import type { Interaction } from "@/core/types";
import { Beside } from "@/interactions/Beside";
import { GoneQuestion } from "@/interactions/GoneQuestion";
import { markSeen } from "@/interactions/inbox/marks";
import { Path } from "@/interactions/Path";
import { Question } from "@/interactions/Question";
import { QuestionMenu } from "@/interactions/QuestionMenu";
import { useQuestionCommands } from "@/interactions/use-question-commands";
import { useTellEnd } from "@/interactions/use-tell-end";
import { cn } from "@/ui/cn";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";
import { Status } from "@/ui/status";
import { toast } from "@/ui/toast";

const route = getRouteApi("/runs/$runId/interactions/$interactionId");

/** One question on a page of its own: to answer, or to see what was answered. */
export default function InteractionPage() {
  const { runId, interactionId } = route.useParams();
  const { view } = route.useSearch();
  const navigate = useNavigate();
  const query = useQuery(queries.interaction(runId, interactionId));
  const tellEnd = useTellEnd();
  const item = query.data;
  useEffect(() => markSeen(interactionId), [interactionId]);
  useQuestionCommands(item, view);

  const onNext = useCallback(
    (next: Interaction) => {
      toast.ok("Answered", { detail: "Here is the next question." });
      const params = { runId: next.workflow_run_id, interactionId: next.interaction_id };
      void navigate({
        to: "/runs/$runId/interactions/$interactionId",
        params,
        search: (old) => old,
        replace: true,
      });
    },
    [navigate],
  );
  const isMinimal = view === "minimal";
  if (item && isApiError(query.error, "interaction_not_found"))
    return (
      <Page title={item.title} width="read" crumbs={<Path item={item} />}>
        <GoneQuestion item={item} />
      </Page>
    );
  return (
    <Page
      title={item?.title ?? "Question"}
      width={view === "detailed" ? "wide" : "read"}
      crumbs={item && !isMinimal && <Path item={item} />}
      subtitle={item?.prompt}
      actions={
        item && (
          <>
            {!isMinimal && <Status status={item.status} pill />}
            <QuestionMenu item={item} view={view} />
          </>
        )
      }
    >
      <QueryState query={query} failed="The question could not be read">
        {(found) => (
          <div
            className={cn(
              view === "detailed" && "grid gap-8 xl:grid-cols-[minmax(0,1fr)_minmax(20rem,30rem)]",
            )}
          >
            <div className="min-w-0">
              <Question
                key={found.interaction_id}
                item={found}
                minimal={isMinimal}
                onNext={onNext}
                onNone={(run) => {
                  tellEnd(run);
                  void navigate({ to: "/inbox" });
                }}
              />
            </div>
            {view === "detailed" && <Beside item={found} />}
          </div>
        )}
      </QueryState>
    </Page>
  );
}
