import { cn } from "@/ui/cn";

interface SegmentedProps<T extends string> {
  /** Its name for everyone, unique on the page. */
  label: string;
  value: T;
  onChange: (value: T) => void;
  choices: Record<T, string>;
  className?: string;
}

/** A choice of a few, all in sight. */
export function Segmented<T extends string>({
  label,
  value,
  onChange,
  choices,
  className,
}: SegmentedProps<T>) {
  return (
    <fieldset className={cn("inline-flex flex-wrap gap-1 rounded-md bg-ink/6 p-1", className)}>
      <legend className="sr-only">{label}</legend>
      {(Object.entries(choices) as [T, string][]).map(([choice, text]) => (
        <label
          key={choice}
          className="flex min-h-7 cursor-pointer items-center rounded-sm px-3 text-ink-2 text-sm has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-checked:outline has-checked:outline-line-strong/50 has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:min-h-10"
        >
          <input
            type="radio"
            name={label}
            value={choice}
            checked={value === choice}
            onChange={() => onChange(choice)}
            className="sr-only"
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
