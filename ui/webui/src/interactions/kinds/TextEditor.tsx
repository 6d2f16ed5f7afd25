import { useState } from "react";
import { RichText } from "@/interactions/text/RichText";
import { isRich } from "@/interactions/text/rich-text";
import { Button } from "@/ui/button";
import { Field, Textarea } from "@/ui/field";

/** A text to edit; where it has marks in it, also to see as it is meant. */
export function TextEditor({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [preview, setPreview] = useState(false);
  const rich = isRich(value);
  return (
    <div className="flex flex-col gap-2">
      {preview && rich ? (
        <div className="rounded-md border border-line bg-surface p-5">
          <RichText text={value} />
        </div>
      ) : (
        <Field label="Text" labelHidden>
          <Textarea
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="max-h-[65dvh] min-h-48 scroll-mb-28 px-4 py-3 text-base"
          />
        </Field>
      )}
      <p className="flex flex-wrap items-center gap-x-3 text-ink-2 text-xs">
        {wordCount(value)}
        {rich && (
          <Button kind="quiet" size="sm" onClick={() => setPreview(!preview)}>
            {preview ? "Edit it" : "See it as it is meant"}
          </Button>
        )}
      </p>
    </div>
  );
}

function wordCount(text: string): string {
  const count = text.split(/\s+/).filter(Boolean).length;
  return `${count.toLocaleString("en-GB")} ${count === 1 ? "word" : "words"}`;
}
