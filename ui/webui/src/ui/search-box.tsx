import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useCommands } from "@/core/commands";
import { cn } from "@/ui/cn";
import { INPUT_STYLE } from "@/ui/input-style";

interface SearchBoxProps {
  label: string;
  value: string;
  /** After a pause in typing. */
  onChange: (value: string) => void;
  className?: string;
  placeholder?: string;
}

const PAUSE_MS = 200;

/** Filters a list; `/` goes to it, Enter leaves it, Esc clears it and goes back. */
export function SearchBox({ label, value, onChange, className, placeholder }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => latest.current(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  useCommands([
    { id: `search:${label}`, title: label, keys: "/", keyOnly: true, run: () => input.current?.focus() },
  ]);
  const clear = () => {
    setText("");
    latest.current("");
  };
  return (
    <search className={cn("relative flex", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
      />
      <input
        ref={input}
        type="text"
        inputMode="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            latest.current(text);
            input.current?.blur(); // so that j and k walk through what was found
          }
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (text) clear();
          else input.current?.blur();
        }}
        className={cn(INPUT_STYLE, "h-control pr-8 pl-8.5")}
      />
      {text && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => {
            clear();
            input.current?.focus();
          }}
          className="absolute top-1/2 right-1.5 flex size-6 -translate-y-1/2 items-center justify-center rounded text-ink-3 hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </search>
  );
}
