import { Link } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import type { Interaction } from "@/core/types";
import { Unsent } from "@/interactions/answer/Unsent";
import { Note } from "@/interactions/Note";

/** A question that the run no longer has, as it was taken back to a moment before it while somebody looked at it. */
export const GoneQuestion = ({ item }: { item: Interaction }) => (
  <Note
    tone="muted"
    alert
    icon={<Undo2 aria-hidden />}
    title="The run was taken back to a moment before this question"
    actions={
      <Link to="/runs/$runId" params={{ runId: item.workflow_run_id }} className="link">
        See the run
      </Link>
    }
  >
    <Unsent
      interactionId={item.interaction_id}
      why="It cannot be answered any more. When the run comes to it again, it asks anew."
    />
  </Note>
);
