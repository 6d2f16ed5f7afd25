import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, Link2, ListTree, PanelRight, Square, Terminal } from "lucide-react";
import { curlOf } from "@/core/curl";
import type { Interaction } from "@/core/types";
import { pathOf, type View } from "@/interactions/use-question-commands";
import { IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { Menu } from "@/ui/menu";

/** The rest of what can be done with a question. */
export function QuestionMenu({ item, view }: { item: Interaction; view?: View }) {
  const navigate = useNavigate();
  const params = { runId: item.workflow_run_id, interactionId: item.interaction_id };
  const to = "/runs/$runId/interactions/$interactionId" as const;
  const show = (next: View) => void navigate({ to, params, search: next ? { view: next } : {} });
  return (
    <Menu
      trigger={<IconButton label="More" icon={<Ellipsis aria-hidden />} />}
      groups={[
        [
          {
            label: view === "detailed" ? "Hide state and events" : "With state and events",
            icon: <PanelRight aria-hidden />,
            onSelect: () => show(view === "detailed" ? undefined : "detailed"),
          },
          {
            label: view === "minimal" ? "Show where it comes from" : "The question alone",
            icon: <Square aria-hidden />,
            onSelect: () => show(view === "minimal" ? undefined : "minimal"),
          },
          {
            label: "See the run",
            icon: <ListTree aria-hidden />,
            onSelect: () => void navigate({ to: "/runs/$runId", params: { runId: params.runId } }),
          },
        ],
        [
          {
            label: "Copy link",
            icon: <Link2 aria-hidden />,
            onSelect: () =>
              void copyText(
                `${window.location.origin}/runs/${params.runId}/interactions/${params.interactionId}`,
                "Link",
              ),
          },
          {
            label: "Copy as curl",
            icon: <Terminal aria-hidden />,
            onSelect: () => void copyText(curlOf({ path: pathOf(params) }), "Command"),
          },
        ],
      ]}
    />
  );
}
