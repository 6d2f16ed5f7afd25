import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { queries } from "@/core/query";
import type { Interaction, Run } from "@/core/types";
import { whatNext } from "@/interactions/answer/what-next";
import { Note } from "@/interactions/Note";
import { buttonStyle } from "@/ui/button";
import { Elapsed } from "@/ui/time";

const LOOK_MS = 1000;

interface AfterAnswerProps {
  answered: Interaction;
  /** The run asks again. */
  onNext: (item: Interaction) => void;
  /** It does not, for now. */
  onNone: (run: Run) => void;
}

/** Between an answer and what comes next: the run works. */
export function AfterAnswer({ answered, onNext, onNone }: AfterAnswerProps) {
  const next = useNext(answered);
  const told = useRef(false);
  useEffect(() => {
    if (told.current || next.kind === "wait") return;
    told.current = true;
    if (next.kind === "question") onNext(next.item);
    else onNone(next.run);
  }, [next, onNext, onNone]);
  return (
    <Note
      tone="ok"
      icon={<CircleCheck aria-hidden />}
      title="Answered"
      actions={
        <>
          <Link to="/inbox" className={buttonStyle()}>
            To the inbox
          </Link>
          <Link
            to="/runs/$runId"
            params={{ runId: answered.workflow_run_id }}
            className={buttonStyle({ kind: "quiet" })}
          >
            See the run
          </Link>
        </>
      }
    >
      The run works on (<Elapsed from={answered.answered_at ?? answered.requested_at} />
      ). When it asks again, the question opens here.
    </Note>
  );
}

/** Only what was read after the answer counts: what was kept from before still shows the old question. */
function useNext(answered: Interaction) {
  const [since] = useState(() => Date.now());
  const ownId = answered.workflow_run_id;
  const rootId = answered.path[0]?.workflow_run_id ?? ownId;
  const look = { refetchInterval: LOOK_MS, refetchOnMount: "always" } as const;
  const own = useQuery({ ...queries.run(ownId), ...look });
  const root = useQuery({ ...queries.run(rootId), ...look });
  const open = useQuery({ ...queries.interactions(rootId), ...look });
  const fresh = <T,>(query: { data: T | undefined; dataUpdatedAt: number }): T | undefined =>
    query.dataUpdatedAt > since ? query.data : undefined;
  return whatNext({
    answeredId: answered.interaction_id,
    own: fresh(own),
    root: fresh(root),
    open: fresh(open)?.items,
  });
}
