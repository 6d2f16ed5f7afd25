import { useId } from "react";
import { humanize } from "@/core/format";
import { Fresh } from "@/interactions/kinds/Fresh";
import { detailsOf, type Option } from "@/interactions/kinds/select";
import { textOf } from "@/interactions/kinds/Values";
import { cn } from "@/ui/cn";
import { Kbd } from "@/ui/kbd";

interface OptionCardProps {
  option: Option;
  name: string;
  multiple: boolean;
  picked: boolean;
  fresh: boolean;
  shortcut: string | undefined;
  onToggle: () => void;
}

/** One option: all of it can be clicked, and it is a radio button or a checkbox to everybody else. */
export function OptionCard({ option, name, multiple, picked, fresh, shortcut, onToggle }: OptionCardProps) {
  const id = useId();
  const hasMore = Boolean(option.description) || detailsOf(option).length > 0;
  return (
    <li
      className={cn(
        "relative flex scroll-mb-28 items-start gap-3 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong",
        "has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-focus has-[:focus-visible]:outline-offset-2",
        picked && "border-human bg-human-soft hover:border-human",
        fresh && "fresh",
      )}
    >
      <input
        id={id}
        type={multiple ? "checkbox" : "radio"}
        name={name}
        checked={picked}
        onChange={onToggle}
        // A radio button that is on tells of no change; where none may be picked, this takes it away.
        onClick={() => !multiple && picked && onToggle()}
        aria-describedby={hasMore ? `${id}-more` : undefined}
        className="relative z-1 mt-0.5 size-[1.125rem] shrink-0 accent-(--human-ink) outline-none"
      />
      <div className="min-w-0 flex-1">
        <div className="flex items-start gap-2">
          <label
            htmlFor={id}
            className="min-w-0 flex-1 cursor-pointer font-semibold after:absolute after:inset-0"
          >
            {option.label}
          </label>
          {fresh && <Fresh />}
          {shortcut && (
            <span aria-hidden className="max-md:hidden">
              <Kbd>{shortcut}</Kbd>
            </span>
          )}
        </div>
        {hasMore && (
          <div id={`${id}-more`}>
            <OptionMore option={option} />
          </div>
        )}
      </div>
    </li>
  );
}

/** Its text, and whatever else it holds. */
export function OptionMore({ option }: { option: Option }) {
  const details = detailsOf(option);
  return (
    <>
      {option.description && (
        <p className="mt-1 whitespace-pre-line text-ink-2 text-sm">{option.description}</p>
      )}
      {details.length > 0 && (
        <dl className="mt-2 grid grid-cols-[minmax(auto,max-content)_minmax(60%,1fr)] gap-x-3 gap-y-0.5 text-xs">
          {details.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="wrap-anywhere text-ink-2">{humanize(name)}</dt>
              <dd className="wrap-anywhere min-w-0">{textOf(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
