import { formatDuration } from "@/core/format";
import { type Pair, pairsOf, tookOf } from "@/runs/compare";
import { statusAt } from "@/runs/trace-rows";
import type { TraceNode } from "@/runs/trace-types";
import { cn } from "@/ui/cn";
import { Status } from "@/ui/status";

/** A row for each step and module that one of the two has. */
export function CompareSteps({ left, right }: { left: TraceNode; right: TraceNode }) {
  const pairs = pairsOf(left, right).slice(0, MOST);
  const longest = Math.max(1, ...pairs.flatMap((pair) => [tookOf(pair.left) ?? 0, tookOf(pair.right) ?? 0]));
  return (
    <section
      aria-label="Steps and times"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full table-fixed text-left text-sm sm:min-w-160">
        <thead className="border-line border-b text-ink-2">
          <tr>
            <th className="px-4 py-2 font-medium max-sm:px-3">Step or module</th>
            <th className="w-[32%] px-4 py-2 font-medium">Left</th>
            <th className="w-[32%] px-4 py-2 font-medium">Right</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <Row key={`${pair.key}`} pair={pair} longest={longest} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** More rows than this help nobody. */
const MOST = 500;

function Row({ pair, longest }: { pair: Pair; longest: number }) {
  const differs = statusOf(pair.left) !== statusOf(pair.right);
  return (
    <tr className={cn("h-row border-line not-last:border-b")}>
      <th
        scope="row"
        className={cn(
          "px-4 font-normal max-sm:break-words max-sm:px-3",
          pair.kind === "step" ? "font-semibold" : "font-mono text-xs sm:pl-9",
        )}
      >
        {pair.label}
        {differs && (
          <span className="ml-2 rounded-full bg-ink/7 px-2 font-sans text-ink-2 text-xs">differs</span>
        )}
      </th>
      <Cell node={pair.left} longest={longest} />
      <Cell node={pair.right} longest={longest} />
    </tr>
  );
}

const statusOf = (node: TraceNode | undefined) => node && statusAt(node, null);

function Cell({ node, longest }: { node: TraceNode | undefined; longest: number }) {
  if (!node) return <td className="px-4 text-ink-3">Not there</td>;
  const took = tookOf(node);
  return (
    <td className="px-4 py-1">
      <span className="flex items-center gap-x-3 max-sm:flex-col max-sm:items-start">
        <Status status={statusAt(node, null)} className="sm:w-28" />
        <span className="text-ink-2 text-xs sm:w-20 sm:text-right">
          {took === null ? "" : formatDuration(took)}
        </span>
        <span aria-hidden className="h-1.5 min-w-0 flex-1 max-sm:hidden">
          {took !== null && (
            <span
              style={{ width: `${Math.max(1, (took / longest) * 100)}%` }}
              className={cn(
                "block h-full rounded-full",
                node.kind === "step" ? "bg-ink/22" : node.status === "failed" ? "bg-bad" : "bg-machine",
              )}
            />
          )}
        </span>
      </span>
    </td>
  );
}
