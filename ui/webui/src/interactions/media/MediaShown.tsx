import { CircleCheck } from "lucide-react";
import { useState } from "react";
import type { ShownProps } from "@/interactions/kinds/types";
import { Artifact } from "@/interactions/media/Artifact";
import { nameOf, readMedia } from "@/interactions/media/media";
import { Viewer } from "@/interactions/media/Viewer";
import { cn } from "@/ui/cn";
import { Badge } from "@/ui/status";

export function MediaShown({ item }: ShownProps) {
  const data = readMedia(item.data);
  const [viewed, setViewed] = useState<string | null>(null);
  const chosen = new Set((item.response as { selected?: string[] } | null)?.selected ?? []);
  if (data.generations.length === 0) return <p className="text-ink-2">No pictures had been made.</p>;
  return (
    <div className="@container">
      <ul className="grid gap-4 @md:grid-cols-2 @3xl:grid-cols-3">
        {data.generations.map((made) => (
          <li
            key={made.id}
            className={cn(
              "overflow-hidden rounded-lg border border-line",
              chosen.has(made.id) ? "border-ok/60 bg-ok-soft" : "bg-surface",
            )}
          >
            <button
              type="button"
              aria-label={`Show ${nameOf(data, made.id)?.toLowerCase()} large`}
              onClick={() => setViewed(made.id)}
              className="block w-full outline-offset-[-3px]"
            >
              <Artifact
                id={made.artifact_id}
                alt=""
                ratio={made.width && made.height ? made.width / made.height : undefined}
                className="w-full object-cover"
              />
            </button>
            <p className="flex items-center gap-2 px-3 py-2 text-sm">
              <span className="flex-1">{nameOf(data, made.id)}</span>
              {chosen.has(made.id) && (
                <Badge tone="ok">
                  <CircleCheck aria-hidden />
                  Picked
                </Badge>
              )}
            </p>
          </li>
        ))}
      </ul>
      <Viewer data={data} viewed={viewed} onView={setViewed} />
    </div>
  );
}
