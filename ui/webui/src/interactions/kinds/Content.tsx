import { useState } from "react";
import { Values } from "@/interactions/kinds/Values";
import { RichText } from "@/interactions/text/RichText";
import { isRich } from "@/interactions/text/rich-text";
import { Button } from "@/ui/button";

/** What is to be judged: a text as it is meant, with a way to see it as it is written, or any value. */
export function Content({ value }: { value: unknown }) {
  const [plain, setPlain] = useState(false);
  if (value === null || value === undefined) return null;
  if (typeof value !== "string")
    return (
      <Frame>
        <Values value={value} label="What it is about" />
      </Frame>
    );
  const rich = isRich(value);
  return (
    <Frame>
      {rich && !plain ? <RichText text={value} /> : <Plain text={value} />}
      {rich && (
        <Button kind="quiet" size="sm" className="-mb-2 -ml-2 mt-3" onClick={() => setPlain(!plain)}>
          {plain ? "As it is meant" : "As it is written"}
        </Button>
      )}
    </Frame>
  );
}

const Frame = ({ children }: { children: React.ReactNode }) => (
  <div className="rounded-lg border border-line bg-surface p-5">{children}</div>
);

export const Plain = ({ text }: { text: string }) => (
  <p className="max-w-prose whitespace-pre-wrap leading-relaxed">{text}</p>
);
