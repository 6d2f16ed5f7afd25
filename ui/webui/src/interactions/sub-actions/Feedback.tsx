import { History } from "lucide-react";
import { Field, Textarea } from "@/ui/field";

interface FeedbackProps {
  prompt: string;
  value: string;
  onChange: (value: string) => void;
  /** What was asked for before, to take up again. */
  earlier: readonly string[];
  error: string | undefined;
}

/** What should be different, in the person's own words. */
export const Feedback = ({ prompt, value, onChange, earlier, error }: FeedbackProps) => (
  <div className="flex flex-col gap-2">
    <Field label={prompt} error={error}>
      <Textarea rows={2} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
    {earlier.length > 0 && (
      <ul aria-label="Asked for earlier" className="flex flex-wrap gap-1.5">
        {earlier.map((text) => (
          <li key={text} className="max-w-full">
            <button
              type="button"
              onClick={() => onChange(text)}
              title="Take this again"
              className="flex max-w-full items-center gap-1.5 rounded-full border border-line-strong/45 bg-surface px-2.5 py-0.5 text-ink-2 text-xs hover:border-line-strong hover:text-ink pointer-coarse:py-2"
            >
              <History aria-hidden className="size-3.5 shrink-0" />
              <span className="truncate">{text}</span>
            </button>
          </li>
        ))}
      </ul>
    )}
  </div>
);
