import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listRuns } from "@/core/api";
import { keys, queries } from "@/core/query";
import type { Run } from "@/core/types";
import { titleOf } from "@/runs/nest-runs";
import { Dialog } from "@/ui/dialog";
import { Empty } from "@/ui/empty";
import { QueryState } from "@/ui/query-state";
import { Status } from "@/ui/status";
import { Ago } from "@/ui/time";

const ROW = "flex min-h-10 items-center gap-3 rounded-sm px-3 text-sm hover:bg-ink/5 pointer-coarse:min-h-12";

/** With which one: a branch that was left, or another run of the same workflow. */
export function CompareDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const query = { workflow_id: run.workflow_id, limit: 30, roots_only: true };
  const others = useQuery({
    queryKey: [...keys.runs, "choices", query],
    queryFn: ({ signal }) => listRuns(query, { signal }),
  });
  const branches = useQuery(queries.branches(run.workflow_run_id)).data?.items ?? [];
  const left = branches.filter((branch) => branch.branch_id !== run.current_branch_id);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Compare with">
      {left.length > 0 && (
        <>
          <h3 className="px-3 text-ink-2 text-xs">Earlier branches of this run</h3>
          {left.map((branch) => (
            <Link
              key={branch.branch_id}
              to="/runs/$runId/compare/$otherId"
              params={{ runId: run.workflow_run_id, otherId: branch.branch_id }}
              className={ROW}
            >
              <span className="flex-1">Branch {branches.indexOf(branch) + 1}</span>
              <Ago at={branch.created_at} />
            </Link>
          ))}
          <h3 className="mt-3 px-3 text-ink-2 text-xs">Other runs</h3>
        </>
      )}
      <QueryState query={others} failed="The runs could not be read">
        {(page) => {
          const shown = page.items.filter((item) => item.workflow_run_id !== run.workflow_run_id);
          if (shown.length === 0) return <Empty title="This workflow has no other runs" className="py-6" />;
          return shown.map((item) => (
            <Link
              key={item.workflow_run_id}
              to="/runs/$runId/compare/$otherId"
              params={{ runId: run.workflow_run_id, otherId: item.workflow_run_id }}
              className={ROW}
            >
              <span className="min-w-0 flex-1 truncate">{titleOf(item) || item.workflow_run_id}</span>
              <Status status={item.status} />
              <span className="text-ink-2">
                <Ago at={item.created_at} />
              </span>
            </Link>
          ));
        }}
      </QueryState>
    </Dialog>
  );
}
