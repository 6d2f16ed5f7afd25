import { Artifact } from "@/interactions/media/Artifact";
import { type MediaData, nameOf } from "@/interactions/media/media";
import { cn } from "@/ui/cn";

interface PictureChoiceProps {
  data: MediaData;
  value: string | null;
  onChange: (id: string) => void;
}

/** One of the pictures, chosen by looking. */
export function PictureChoice({ data, value, onChange }: PictureChoiceProps) {
  if (data.generations.length === 0)
    return <p className="text-sm">There is no picture yet: have some made first.</p>;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">Which picture?</legend>
      <div className="flex gap-2 overflow-x-auto p-1">
        {data.generations.map((item) => (
          <label
            key={item.id}
            className={cn(
              "relative w-28 shrink-0 cursor-pointer overflow-hidden rounded-md border-2 border-transparent text-center text-xs has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-focus has-[:focus-visible]:outline-offset-1",
              item.id === value && "border-machine bg-surface",
            )}
          >
            <input
              type="radio"
              name="picture"
              checked={item.id === value}
              onChange={() => onChange(item.id)}
              className="absolute top-1.5 left-1.5 size-4 accent-(--machine)"
            />
            <Artifact id={item.artifact_id} alt="" ratio={1.4} className="min-h-0 w-full object-cover p-0" />
            <span className="block py-0.5">{nameOf(data, item.id)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
