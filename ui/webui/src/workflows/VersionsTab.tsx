import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { queries } from "@/core/query";
import type { VersionInfo, WorkflowDetail } from "@/core/types";
import { More } from "@/ui/more";
import { QueryState } from "@/ui/query-state";
import { NativeSelect } from "@/ui/select";
import { RestoreDialog } from "@/workflows/RestoreDialog";
import { VersionDiff } from "@/workflows/VersionDiff";
import { VersionRow } from "@/workflows/VersionRow";

const route = getRouteApi("/workflows/$workflowId");

/** All versions with who and when, and what is different in two of them. */
export function VersionsTab({ workflow }: { workflow: WorkflowDetail }) {
  const { a, b } = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useInfiniteQuery(queries.versions(workflow.workflow_id));
  const [restoring, setRestoring] = useState<VersionInfo | null>(null);
  const compare = (older: number, newer: number) =>
    void navigate({ search: (old) => ({ ...old, a: older, b: newer }), replace: true, resetScroll: false });
  return (
    <QueryState query={versions} failed="The versions could not be read">
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        return (
          <>
            <ul aria-label="Versions" className="flex flex-col divide-y divide-line border-line border-y">
              {items.map((item) => (
                <VersionRow
                  key={item.version}
                  version={item}
                  workflow={workflow}
                  shown={item.version === a || item.version === b}
                  onCompare={() => compare(item.version - 1, item.version)}
                  onRestore={() => setRestoring(item)}
                />
              ))}
            </ul>
            <More query={versions} />
            {workflow.latest_version > 1 && (
              <Compare items={items} a={a} b={b} onChange={compare} workflow={workflow} />
            )}
            {restoring && (
              <RestoreDialog workflow={workflow} version={restoring} onClose={() => setRestoring(null)} />
            )}
          </>
        );
      }}
    </QueryState>
  );
}

interface CompareProps {
  items: readonly VersionInfo[];
  a: number | undefined;
  b: number | undefined;
  onChange: (older: number, newer: number) => void;
  workflow: WorkflowDetail;
}

function Compare({ items, a, b, onChange, workflow }: CompareProps) {
  const newest = workflow.latest_version;
  const older = a ?? newest - 1;
  const newer = b ?? newest;
  const known = new Set([...items.map((item) => item.version), older, newer]);
  const choices = [...known]
    .sort((x, y) => y - x)
    .map((version) => ({ value: String(version), label: `Version ${version}` }));
  return (
    <section aria-label="Comparison" className="mt-8">
      <header className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="mr-2 text-lg">What is different</h2>
        <NativeSelect
          label="Older version"
          value={String(older)}
          onChange={(next) => onChange(Number(next), newer)}
          choices={choices}
        />
        <span className="text-ink-2 text-sm">and</span>
        <NativeSelect
          label="Newer version"
          value={String(newer)}
          onChange={(next) => onChange(older, Number(next))}
          choices={choices}
        />
      </header>
      <VersionDiff workflowId={workflow.workflow_id} older={older} newer={newer} />
    </section>
  );
}
