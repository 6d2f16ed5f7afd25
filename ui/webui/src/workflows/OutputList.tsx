import type { JsonObject } from "@/core/types";

/** What a finished run hands on. */
export function OutputList({ outputs }: { outputs: JsonObject | undefined }) {
  if (!outputs) return <p className="text-ink-2 text-sm">Its whole state, as it is at the end.</p>;
  const entries = Object.entries(outputs);
  if (entries.length === 0) return <p className="text-ink-2 text-sm">Nothing.</p>;
  return (
    <dl className="text-sm">
      {entries.map(([name, value]) => (
        <div
          key={name}
          className="grid gap-x-3 border-line py-2 not-last:border-b md:grid-cols-[minmax(0,32%)_minmax(0,1fr)]"
        >
          <dt>
            <code className="break-words font-mono font-semibold">{name}</code>
          </dt>
          <dd className="break-words font-mono text-ink-2 text-xs leading-[1.3125rem]">
            {typeof value === "string" ? value : JSON.stringify(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
