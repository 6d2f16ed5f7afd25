import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/core/query";
import { Inspector } from "@/runs/Inspector";
import { useRunModel, useRunView } from "@/runs/run-model";
import { modulesOf, noteOf } from "@/runs/trace-modules";
import { causeOf, type Moment, statusAt } from "@/runs/trace-rows";
import type { TraceNode } from "@/runs/trace-types";
import { Empty } from "@/ui/empty";
import { FlowGraph, type ModuleState } from "@/ui/graph/FlowGraph";
import { graphOf } from "@/ui/graph/graph-model";
import { SkeletonRows } from "@/ui/skeleton";

/** The definition as a graph, each module as it stood at the moment that is looked at. */
export function GraphTab() {
  const { definition, trace, moment } = useRunModel();
  const { search, set } = useRunView();
  const types = useQuery(queries.modules()).data?.items;
  const model = useMemo(() => {
    const asking = new Set(types?.filter((type) => type.interactive).map((type) => type.module_id));
    return definition ? graphOf(definition, (id) => asking.has(id)) : null;
  }, [definition, types]);
  const modules = useMemo(() => modulesOf(trace), [trace]);
  if (!model) return <SkeletonRows />;
  const asked = search.sel?.startsWith("module:") ? search.sel.slice("module:".length) : undefined;
  const chosen = asked ?? (moment ? undefined : causeOf(trace)?.moduleName) ?? nowAt(modules, moment);
  const node = chosen ? modules.get(chosen) : undefined;
  const stateOf = (name: string): ModuleState | undefined => {
    const found = modules.get(name);
    const status = found ? statusAt(found, moment) : "future";
    if (!found || status === "future") return undefined;
    return { status: status === "failed" ? "error" : status, note: noteOf(found) };
  };
  return (
    <div className="flex flex-col gap-4">
      <FlowGraph
        model={model}
        label="Graph"
        selected={chosen ? `module:${chosen}` : null}
        onSelect={(module) => set({ sel: module?.id })}
        stateOf={(module) => stateOf(module.name)}
      />
      {node ? (
        <Inspector node={node} status={statusAt(node, moment)} />
      ) : (
        <Empty title={chosen ? "It has not run" : "Nothing has run yet"} className="py-6">
          {chosen && `${chosen} has not begun on this branch.`}
        </Empty>
      )}
    </div>
  );
}

/** The module that the run was at: the last that had begun. */
function nowAt(modules: ReadonlyMap<string, TraceNode>, moment: Moment | null): string | undefined {
  return [...modules.keys()].findLast((name) => {
    const node = modules.get(name);
    return node && statusAt(node, moment) !== "future" && node.status !== "skipped";
  });
}
