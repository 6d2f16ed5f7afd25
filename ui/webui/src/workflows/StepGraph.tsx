import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { queries } from "@/core/query";
import type { WorkflowDetail } from "@/core/types";
import { FlowGraph } from "@/ui/graph/FlowGraph";
import { graphOf } from "@/ui/graph/graph-model";
import { findModule } from "@/workflows/definition-parts";
import { ModulePanel } from "@/workflows/ModulePanel";

const route = getRouteApi("/workflows/$workflowId");

/** The graph, and below it the module that is picked. */
export function StepGraph({ workflow }: { workflow: WorkflowDetail }) {
  const { sel } = route.useSearch();
  const navigate = route.useNavigate();
  const modules = useQuery(queries.modules()).data?.items;
  const model = useMemo(() => {
    const asking = new Set(modules?.filter((item) => item.interactive).map((item) => item.module_id));
    return graphOf(workflow.definition, (moduleId) => asking.has(moduleId));
  }, [workflow.definition, modules]);
  const select = (id: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, sel: id }), replace: true, resetScroll: false });
  const found = findModule(workflow.definition, sel);
  return (
    <>
      <FlowGraph
        model={model}
        label={`Graph of ${workflow.name}`}
        selected={sel ?? null}
        onSelect={(module) => select(module?.id)}
      />
      {found ? (
        <ModulePanel
          key={sel}
          found={found}
          type={modules?.find((item) => item.module_id === found.module.module_id)}
          onClose={() => select(undefined)}
        />
      ) : (
        <p className="mt-2 text-ink-2 text-sm">Pick a module to see what it is given and what it writes.</p>
      )}
    </>
  );
}
