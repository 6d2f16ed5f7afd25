import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  ArrowLeftRight,
  Ban,
  Ellipsis,
  GitFork,
  Hand,
  Link2,
  Pencil,
  RefreshCw,
  RotateCcw,
  Terminal,
} from "lucide-react";
import { useState } from "react";
import { type Command, useCommands } from "@/core/commands";
import { queries } from "@/core/query";
import { isTerminal, type Run } from "@/core/types";
import { CancelDialog } from "@/runs/CancelDialog";
import { CompareDialog } from "@/runs/CompareDialog";
import { ForkDialog } from "@/runs/ForkDialog";
import { canStartAgain, copyCurl, copyLink, copyStartCurl, useRerun, useRetry } from "@/runs/run-actions";
import { type RunModel, useRunView } from "@/runs/run-model";
import { Button, buttonStyle, IconButton } from "@/ui/button";
import { Menu, type MenuAction } from "@/ui/menu";

type Open = "cancel" | "fork" | "compare" | null;

/** What can be done with the run, as buttons, as a menu and in the palette. */
export function RunActions({ run, model }: { run: Run; model: RunModel | null }) {
  const { search, set } = useRunView();
  const [open, setOpen] = useState<Open>(null);
  const navigate = useNavigate();
  const rerun = useRerun();
  const retry = useRetry(run, () => set({ at: undefined, branch: undefined, sel: undefined }));
  const question = useQuestion(run);
  const isActive = !isTerminal(run.status);
  const canFork = model !== null && run.sub_action_id === null;
  // A sub-action is tried again where it was started: in its question.
  const canRetry = run.status === "error" && run.sub_action_id === null;
  const answer = () =>
    question &&
    void navigate({
      to: "/runs/$runId/interactions/$interactionId",
      params: { runId: question.workflow_run_id, interactionId: question.interaction_id },
    });

  const again = canStartAgain(run);
  const actions: (MenuAction & { id: string; command?: Partial<Command> })[] = [
    {
      id: "same",
      label: "Re-run with the same inputs",
      icon: <RotateCcw aria-hidden />,
      disabled: !again,
      onSelect: () => rerun.same(run),
    },
    {
      id: "edited",
      label: "Re-run with edits…",
      icon: <Pencil aria-hidden />,
      disabled: !again,
      onSelect: () => rerun.edited(run),
    },
    {
      id: "compare",
      label: "Compare with another run…",
      icon: <ArrowLeftRight aria-hidden />,
      onSelect: () => setOpen("compare"),
    },
    { id: "link", label: "Copy link", icon: <Link2 aria-hidden />, onSelect: () => copyLink(run) },
    { id: "curl", label: "Copy as curl", icon: <Terminal aria-hidden />, onSelect: () => copyCurl(run) },
    {
      id: "start-curl",
      label: "Copy its start as curl",
      icon: <Terminal aria-hidden />,
      disabled: !again,
      onSelect: () => copyStartCurl(run),
    },
  ];
  useCommands([
    {
      id: "run:answer",
      title: "Answer the open question",
      keys: "a",
      disabled: !question,
      run: () => answer(),
    },
    { id: "run:fork", title: "Fork from here…", keys: "f", disabled: !canFork, run: () => setOpen("fork") },
    {
      id: "run:retry",
      title: "Retry from the failed module",
      disabled: !canRetry,
      run: () => retry.mutate(),
    },
    { id: "run:cancel", title: "Cancel this run…", disabled: !isActive, run: () => setOpen("cancel") },
    ...actions.map((action) => ({
      id: `run:${action.id}`,
      title: action.label,
      disabled: action.disabled ?? false,
      run: action.onSelect,
    })),
  ]);
  return (
    <>
      <Button icon={<Terminal aria-hidden />} className="max-md:hidden" onClick={() => copyCurl(run)}>
        Copy as curl
      </Button>
      {isActive && (
        <Button icon={<Ban aria-hidden />} onClick={() => setOpen("cancel")}>
          Cancel
        </Button>
      )}
      {canFork && (
        <Button icon={<GitFork aria-hidden />} onClick={() => setOpen("fork")}>
          Fork from here
        </Button>
      )}
      {canRetry && (
        <Button
          kind="primary"
          icon={<RefreshCw aria-hidden />}
          busy={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
      )}
      {question && (
        <Link
          to="/runs/$runId/interactions/$interactionId"
          params={{ runId: question.workflow_run_id, interactionId: question.interaction_id }}
          className={buttonStyle({ kind: "human" })}
        >
          <Hand aria-hidden />
          Answer
        </Link>
      )}
      <Menu
        trigger={<IconButton label="More actions" icon={<Ellipsis aria-hidden />} kind="secondary" />}
        groups={[actions.slice(0, 3).filter(isOn), actions.slice(3).filter(isOn)]}
      />
      {open === "cancel" && <CancelDialog run={run} onClose={() => setOpen(null)} />}
      {open === "compare" && <CompareDialog run={run} onClose={() => setOpen(null)} />}
      {open === "fork" && model && (
        <ForkDialog model={model} seq={search.at ?? model.head} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

const isOn = (action: MenuAction): boolean => !action.disabled;

/** The first open question of the run or of a run below it. */
function useQuestion(run: Run) {
  const asks = run.status === "awaiting_input" || run.status === "waiting";
  const open = useQuery({ ...queries.interactions(run.workflow_run_id), enabled: asks });
  return asks ? open.data?.items[0] : undefined;
}
