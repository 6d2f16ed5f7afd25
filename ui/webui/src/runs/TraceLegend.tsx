const MEANINGS = [
  ["bg-machine", "Work"],
  ["bg-human", "Waiting for people"],
  ["hatched", "Other waits"],
  ["bg-nest", "Nested work"],
] as const;

/** What the colours of the bars mean. */
export const TraceLegend = () => (
  <ul aria-label="What the bars mean" className="flex flex-wrap gap-x-4 gap-y-1 text-ink-2 text-xs">
    {MEANINGS.map(([look, words]) => (
      <li key={words} className="flex items-center gap-1.5">
        <span aria-hidden className={`h-2 w-4 rounded-[3px] ${look}`} />
        {words}
      </li>
    ))}
  </ul>
);
