import { useNavigate } from "@tanstack/react-router";
import { useCommands } from "@/core/commands";
import { curlOf } from "@/core/curl";
import type { Interaction } from "@/core/types";
import { copyText } from "@/ui/copy";

export type View = "detailed" | "minimal" | undefined;

/** What can be done with the question that is looked at, by key and from the palette. */
export function useQuestionCommands(item: Interaction | undefined, view: View): void {
  const navigate = useNavigate();
  const params = { runId: item?.workflow_run_id ?? "", interactionId: item?.interaction_id ?? "" };
  const to = "/runs/$runId/interactions/$interactionId" as const;
  const disabled = item === undefined;
  useCommands([
    {
      id: "question:up",
      title: "Back to the inbox",
      keys: "Escape",
      run: () => void navigate({ to: "/inbox" }),
    },
    {
      id: "question:run",
      title: "See the run",
      disabled,
      run: () => void navigate({ to: "/runs/$runId", params: { runId: params.runId } }),
    },
    {
      id: "question:detailed",
      title: view === "detailed" ? "Hide state and events" : "Show state and events beside it",
      keywords: "detailed view",
      disabled,
      run: () =>
        void navigate({ to, params, search: view === "detailed" ? {} : { view: "detailed" }, replace: true }),
    },
    {
      id: "question:minimal",
      title: view === "minimal" ? "Show where it comes from" : "Show the question alone",
      keywords: "minimal view",
      disabled,
      run: () =>
        void navigate({ to, params, search: view === "minimal" ? {} : { view: "minimal" }, replace: true }),
    },
    {
      id: "question:curl",
      title: "Copy as curl",
      disabled,
      run: () => void copyText(curlOf({ path: pathOf(params) }), "Command"),
    },
  ]);
}

export const pathOf = (params: { runId: string; interactionId: string }): string =>
  `/api/v1/runs/${params.runId}/interactions/${params.interactionId}`;
