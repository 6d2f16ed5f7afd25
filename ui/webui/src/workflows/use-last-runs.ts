import { useQuery } from "@tanstack/react-query";
import { listRuns } from "@/core/api";
import { keys } from "@/core/query";
import type { Run } from "@/core/types";

const LOOKED_AT = 200;

/**
 * The last run of each workflow, out of the latest ones: one call for the whole page. A workflow that is not in it
 * has not run lately.
 */
export function useLastRuns(): ReadonlyMap<string, Run> {
  const { data } = useQuery({
    queryKey: [...keys.runs, "latest"],
    queryFn: ({ signal }) => listRuns({ limit: LOOKED_AT, roots_only: true }, { signal }),
    select: (page) => new Map(page.items.toReversed().map((run) => [run.workflow_id, run])),
  });
  return data ?? NONE;
}

const NONE: ReadonlyMap<string, Run> = new Map();
