import { ChevronLeft, ChevronRight, Download, WandSparkles } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useArtifact } from "@/core/artifact";
import { Artifact } from "@/interactions/media/Artifact";
import { type Generation, type MediaData, nameOf, originOf } from "@/interactions/media/media";
import type { PictureAction } from "@/interactions/media/PictureCard";
import { Button, buttonStyle, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

interface ViewerProps {
  data: MediaData;
  /** Which one; null: closed. */
  viewed: string | null;
  onView: (id: string | null) => void;
  picked?: readonly string[];
  onToggle?: (id: string) => void;
  actionsOf?: (id: string) => readonly PictureAction[];
}

/** One picture large, with what made it. */
export function Viewer({ data, viewed, onView, picked = [], onToggle, actionsOf }: ViewerProps) {
  const at = data.generations.findIndex((made) => made.id === viewed);
  const made = data.generations[at];
  const move = (by: number) => {
    const next = data.generations[at + by];
    if (next) onView(next.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") move(-1);
    else if (event.key === "ArrowRight") move(1);
    else return;
    event.preventDefault();
  };
  const isPicked = made !== undefined && picked.includes(made.id);
  return (
    <Dialog
      open={made !== undefined}
      onOpenChange={(open) => !open && onView(null)}
      title={nameOf(data, made?.id) ?? "Picture"}
      className="top-[4dvh] max-h-[92dvh] w-[min(72rem,calc(100vw-2rem))]"
      actions={
        made && (
          <>
            {actionsOf?.(made.id).map((action) => (
              <Button
                key={action.label}
                icon={<WandSparkles aria-hidden className="text-machine" />}
                onClick={action.run}
              >
                {action.label}
              </Button>
            ))}
            <Save made={made} />
            {onToggle && (
              <Button kind={isPicked ? "secondary" : "human"} onClick={() => onToggle(made.id)}>
                {isPicked ? "Do not pick it" : "Pick it"}
              </Button>
            )}
          </>
        )
      }
    >
      {made && (
        // biome-ignore lint/a11y/noStaticElementInteractions: arrows go to the next picture
        <div onKeyDown={onKeyDown} className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <div className="flex items-center gap-1">
            <IconButton
              label="Picture before"
              icon={<ChevronLeft aria-hidden />}
              disabled={at <= 0}
              onClick={() => move(-1)}
            />
            <div className="min-w-0 flex-1">
              <Artifact
                key={made.id}
                id={made.artifact_id}
                alt={made.prompt || "The picture"}
                ratio={made.width && made.height ? made.width / made.height : undefined}
                className="mx-auto max-h-[70dvh] max-w-full rounded-md object-contain"
              />
            </div>
            <IconButton
              label="Next picture"
              icon={<ChevronRight aria-hidden />}
              disabled={at >= data.generations.length - 1}
              onClick={() => move(1)}
            />
          </div>
          <dl className="flex flex-col gap-2 text-sm">
            {originOf(data, made).map(([name, text]) => (
              <div key={name}>
                <dt className="text-ink-2 text-xs">{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Dialog>
  );
}

function Save({ made }: { made: Generation }) {
  const { url, type } = useArtifact(made.artifact_id);
  if (!url) return null;
  return (
    <a href={url} download={`${made.id}.${type?.split("/")[1] ?? "png"}`} className={buttonStyle()}>
      <Download aria-hidden />
      Save
    </a>
  );
}
