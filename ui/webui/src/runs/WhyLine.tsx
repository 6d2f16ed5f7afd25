import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Clock, Hand, Hourglass, type LucideIcon, Radio, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { queries } from "@/core/query";
import { isTerminal, type Run, type WaitExplanation } from "@/core/types";
import { cn } from "@/ui/cn";
import { Id } from "@/ui/copy";
import { At, Elapsed } from "@/ui/time";

/** Why nothing moves: what the run waits for, down to the run where that is. */
export function WhyLine({ run }: { run: Run }) {
  const isActive = !isTerminal(run.status);
  const why = useQuery({ ...queries.wait(run.workflow_run_id), enabled: isActive }).data;
  const tree = useQuery({
    ...queries.tree(run.workflow_run_id),
    enabled: isActive && (why?.path.length ?? 0) > 1,
  }).data;
  if (!isActive || !why || why.reason === "none") return null;
  const leaf = why.path.at(-1);
  const isOwn = leaf?.workflow_run_id === run.workflow_run_id;
  const names = new Map<string, string>();
  if (tree) collectNames(tree, names);
  const Icon = ICONS[why.reason];
  return (
    <section
      aria-label="Why is this waiting"
      className={cn(
        "mb-4 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md px-3 py-2 text-sm",
        why.reason === "person" ? "bg-human-soft" : "bg-ink/5",
      )}
    >
      <Icon aria-hidden className={cn("size-4", why.reason === "person" ? "text-human-ink" : "text-ink-2")} />
      <span className="font-medium">Why is this waiting?</span>
      <span className="min-w-0">
        <Reason why={why} run={run} />
        {!isOwn && leaf && (
          <>
            {" in "}
            <Link to="/runs/$runId" params={{ runId: leaf.workflow_run_id }} className="link">
              {names.get(leaf.workflow_run_id) ?? <Id id={leaf.workflow_run_id} />}
            </Link>
            {why.path.length > 2 && `, ${why.path.length - 1} runs below this one`}
          </>
        )}
        {why.since && (
          <>
            , for <Elapsed from={why.since} />
          </>
        )}
        .
      </span>
    </section>
  );
}

const ICONS: Record<WaitExplanation["reason"], LucideIcon> = {
  person: Hand,
  child: Hourglass,
  time: Clock,
  event: Radio,
  retry: RefreshCw,
  queue: Hourglass,
  none: Hourglass,
};

function Reason({ why, run }: { why: WaitExplanation; run: Run }): ReactNode {
  const open = useQuery({
    ...queries.interactions(run.workflow_run_id),
    enabled: why.reason === "person",
  }).data;
  const leaf = why.path.at(-1);
  if (why.reason === "person" && why.interaction_id && leaf) {
    const title = open?.items.find((item) => item.interaction_id === why.interaction_id)?.title;
    return (
      <>
        A person has to answer{" "}
        <Link
          to="/runs/$runId/interactions/$interactionId"
          params={{ runId: leaf.workflow_run_id, interactionId: why.interaction_id }}
          className="link"
        >
          {title ? `“${title}”` : "a question"}
        </Link>
      </>
    );
  }
  const until = leaf?.workflow_run_id === run.workflow_run_id ? run.wait?.until : undefined;
  if (why.reason === "time") return <>It waits for a time{until && <Until at={until} />}</>;
  if (why.reason === "event") return <>It waits for the event {why.wait_key}</>;
  if (why.reason === "retry") return <>It waits for its next attempt{until && <Until at={until} />}</>;
  if (why.reason === "queue") return <>Nobody works on it yet</>;
  return <>It waits for a child run</>;
}

const Until = ({ at }: { at: string }) => (
  <>
    {", "}
    <At at={at} />
  </>
);

interface Named {
  workflow_run_id: string;
  name: string;
  children: Named[];
}

function collectNames(node: Named, names: Map<string, string>): void {
  names.set(node.workflow_run_id, node.name);
  for (const child of node.children) collectNames(child, names);
}
