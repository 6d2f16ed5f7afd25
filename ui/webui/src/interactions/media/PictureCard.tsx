import { Maximize2, WandSparkles } from "lucide-react";
import { useId } from "react";
import { Fresh } from "@/interactions/kinds/Fresh";
import { Artifact } from "@/interactions/media/Artifact";
import type { Generation } from "@/interactions/media/media";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Kbd } from "@/ui/kbd";

export interface PictureAction {
  label: string;
  run: () => void;
}

interface PictureCardProps {
  made: Generation;
  name: string;
  /** The picture that it varies. */
  source: string | null;
  /** Only one may be picked. */
  one: boolean;
  group: string;
  picked: boolean;
  fresh: boolean;
  shortcut: string | undefined;
  onToggle: () => void;
  onView: () => void;
  actions: readonly PictureAction[];
}

/** A picture: a click shows it large, the control below it picks it. */
export function PictureCard(props: PictureCardProps) {
  const { made, name, source, one, group, picked, fresh, shortcut, onToggle, onView, actions } = props;
  const id = useId();
  return (
    <li
      className={cn(
        "flex scroll-mb-28 flex-col overflow-hidden rounded-lg border border-line bg-surface transition-colors hover:border-line-strong",
        picked && "border-human bg-human-soft hover:border-human",
        fresh && "fresh",
      )}
    >
      <button
        type="button"
        onClick={onView}
        aria-label={`Show ${name.toLowerCase()} large`}
        className="group relative outline-offset-[-3px]"
      >
        <Artifact id={made.artifact_id} alt="" ratio={ratioOf(made)} className="w-full object-cover" />
        <span className="absolute right-2 bottom-2 flex size-7 items-center justify-center rounded-sm bg-ink/75 text-paper opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100">
          <Maximize2 aria-hidden className="size-4" />
        </span>
      </button>
      <div className="flex items-center gap-2.5 px-3 py-2">
        <input
          id={id}
          type={one ? "radio" : "checkbox"}
          name={group}
          checked={picked}
          onChange={onToggle}
          onClick={() => one && picked && onToggle()}
          className="size-[1.125rem] accent-(--human-ink)"
        />
        <label htmlFor={id} className="min-w-0 flex-1 cursor-pointer py-0.5 font-semibold text-sm">
          {name}
          {source && <span className="font-normal text-ink-2"> from {source.toLowerCase()}</span>}
        </label>
        {fresh && <Fresh />}
        {shortcut && (
          <span aria-hidden className="max-md:hidden">
            <Kbd>{shortcut}</Kbd>
          </span>
        )}
      </div>
      {actions.length > 0 && (
        <div className="flex flex-wrap gap-1 px-1.5 pb-1.5">
          {actions.map((action) => (
            <Button
              key={action.label}
              kind="quiet"
              size="sm"
              icon={<WandSparkles aria-hidden className="text-machine" />}
              aria-label={`${action.label}: ${name.toLowerCase()}`}
              onClick={action.run}
            >
              {action.label}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

const ratioOf = ({ width, height }: Generation): number | undefined =>
  width && height ? width / height : undefined;
