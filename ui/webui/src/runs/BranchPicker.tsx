import { useQuery } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import { queries } from "@/core/query";
import type { Branch } from "@/core/types";
import { useRunModel, useRunView } from "@/runs/run-model";
import { NativeSelect } from "@/ui/select";

/** Which line of events is shown; there is something to pick once the run was forked. */
export function BranchPicker() {
  const { run, branchId } = useRunModel();
  const { set } = useRunView();
  const branches = useQuery(queries.branches(run.workflow_run_id)).data?.items ?? [];
  if (branches.length < 2) return null;
  return (
    <span className="flex items-center gap-1.5">
      <GitBranch aria-hidden className="size-4 text-nest" />
      <NativeSelect
        label="Branch"
        value={branchId}
        onChange={(next) =>
          set({ branch: next === run.current_branch_id ? undefined : next, at: undefined, sel: undefined })
        }
        choices={branches.map((branch, index) => ({
          value: branch.branch_id,
          label: `Branch ${index + 1}${originOf(branch)}${branch.branch_id === run.current_branch_id ? ", current" : ""}`,
        }))}
      />
    </span>
  );
}

function originOf(branch: Branch): string {
  const shared = branch.lineage.at(-2)?.cutoff_seq;
  return shared ? `, from event ${shared}` : "";
}
