import { GitMerge } from "lucide-react";
import { useState } from "react";
import type { ApiError } from "@/core/errors";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Ago } from "@/ui/time";
import { saverOf } from "@/workflows/definition-parts";
import { VersionDiff } from "@/workflows/VersionDiff";

interface ConflictNoteProps {
  workflowId: string;
  /** 409 `workflow_changed`. */
  error: ApiError;
  /** The version that the person's text was made from. */
  basedOn: number;
  busy: boolean;
  onSaveAnyway: (latest: number) => void;
  onTakeTheirs: () => void;
}

/** Somebody saved meanwhile: who, what, and three ways on. Nothing is lost in any of them. */
export function ConflictNote(props: ConflictNoteProps) {
  const { workflowId, error, basedOn, busy, onSaveAnyway, onTakeTheirs } = props;
  const [looking, setLooking] = useState(false);
  const latest = Number(error.facts.latest_version);
  const who = whoSaved(error.facts.saved_by);
  return (
    <div role="alert" className="mb-4 rounded-md border border-human bg-human-soft p-4 text-sm">
      <p className="flex items-start gap-2 font-semibold">
        <GitMerge aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          {who} saved version {latest}
          {typeof error.facts.saved_at === "string" && (
            <>
              {" "}
              <Ago at={error.facts.saved_at} />
            </>
          )}
          , while you changed version {basedOn}
        </span>
      </p>
      <p className="mt-1">Yours is not saved yet, and still here.</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => setLooking(true)}>See what they changed</Button>
        <Button busy={busy} onClick={() => onSaveAnyway(latest)}>
          Save mine as version {latest + 1}
        </Button>
        <Button kind="quiet" onClick={onTakeTheirs}>
          Give mine up, take theirs
        </Button>
      </div>
      <Dialog
        open={looking}
        onOpenChange={setLooking}
        title={`From version ${basedOn} to version ${latest}`}
        className="w-[min(60rem,calc(100vw-2rem))]"
      >
        <VersionDiff workflowId={workflowId} older={basedOn} newer={latest} />
      </Dialog>
    </div>
  );
}

/** On a server without tokens everybody is `local`, which says nothing here. */
function whoSaved(actor: unknown): string {
  if (typeof actor !== "string" || actor === "local") return "Somebody";
  const name = saverOf(actor);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
