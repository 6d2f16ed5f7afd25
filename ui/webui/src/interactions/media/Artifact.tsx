import { ImageOff } from "lucide-react";
import { useRef } from "react";
import { useArtifact } from "@/core/artifact";
import { useSeen } from "@/interactions/media/use-seen";
import { cn } from "@/ui/cn";

interface ArtifactProps {
  id: string;
  alt: string;
  /** Width through height, so that nothing jumps when it comes. */
  ratio?: number | undefined;
  className?: string;
}

/** A stored picture. It is read when it comes into sight. */
export function Artifact({ id, alt, ratio, className }: ArtifactProps) {
  const place = useRef<HTMLSpanElement>(null);
  const isSeen = useSeen(place);
  const { url, error } = useArtifact(isSeen ? id : null);
  const style = ratio ? { aspectRatio: ratio } : undefined;
  if (url) return <img src={url} alt={alt} style={style} className={cn("block", className)} />;
  return (
    <span
      ref={place}
      style={style}
      className={cn(
        "flex min-h-24 w-full items-center justify-center gap-2 bg-ink/8 p-4 text-ink-2 text-xs",
        !error && "shimmer",
        className,
      )}
    >
      {error ? (
        <>
          <ImageOff aria-hidden className="size-4" />
          The picture could not be read
        </>
      ) : (
        <span className="sr-only">{alt} is being loaded</span>
      )}
    </span>
  );
}
