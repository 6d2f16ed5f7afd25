import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { JsonObject, ModuleType } from "@/core/types";
import { IconButton } from "@/ui/button";
import { childOf } from "@/ui/graph/graph-model";
import { Badge } from "@/ui/status";
import { type FoundModule, subActionsOf } from "@/workflows/definition-parts";
import { InputValues } from "@/workflows/InputValues";
import { SubActionList } from "@/workflows/SubActionList";

interface ModulePanelProps {
  found: FoundModule;
  type: ModuleType | undefined;
  onClose: () => void;
}

/** One use of a module, as the definition says it. */
export function ModulePanel({ found, type, onClose }: ModulePanelProps) {
  const { module, stepId, stepName } = found;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const child = childOf(module);
  const subActions = subActionsOf(module, stepId);
  return (
    <section
      ref={box}
      aria-label={`Module ${module.name}`}
      className="mt-3 rounded-lg border border-line bg-surface p-4"
    >
      <header className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="text-base">{module.name}</h3>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2 text-sm">
            <Link to="/modules" search={{ type: module.module_id }} className="link font-mono text-[0.92em]">
              {module.module_id}
            </Link>
            {type && <span>{type.title}</span>}
            <span>in the step {stepName}</span>
            {type?.interactive && <Badge tone="human">asks a person</Badge>}
            {child && (
              <Link to="/workflows/$workflowId" params={{ workflowId: child }} className="link text-nest">
                Open the workflow {child}
              </Link>
            )}
          </p>
        </div>
        <IconButton size="sm" label="Close the details" icon={<X aria-hidden />} onClick={onClose} />
      </header>
      <div className="mt-3 grid gap-5 lg:grid-cols-2">
        <div className="min-w-0 text-sm">
          <h4 className="mb-1 font-medium">Inputs</h4>
          <InputValues values={module.inputs ?? {}} label={`Inputs of ${module.name}`} />
        </div>
        <div className="flex min-w-0 flex-col gap-4 text-sm">
          <Writes mapping={module.outputs_to_state} />
          <Rules module={module} />
          {subActions.length > 0 && (
            <div>
              <h4 className="mb-1 font-medium">Sub-actions</h4>
              <SubActionList items={subActions} />
            </div>
          )}
        </div>
      </div>
    </section>
  );
}

function Writes({ mapping }: { mapping: unknown }) {
  const pairs = Array.isArray(mapping)
    ? mapping.map((key) => [String(key), String(key)])
    : Object.entries((mapping as Record<string, string> | undefined) ?? {});
  return (
    <div>
      <h4 className="mb-1 font-medium">Writes into the state</h4>
      {pairs.length === 0 ? (
        <p className="text-ink-2">Nothing.</p>
      ) : (
        <ul className="font-mono text-xs">
          {pairs.map(([output, target]) => (
            <li key={target}>
              {output} <span className="text-ink-2">→</span> {target}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const RULES = ["when", "timeout_seconds", "on_error", "queue", "retry"] as const;

function Rules({ module }: { module: JsonObject }) {
  const said = RULES.filter((rule) => module[rule] !== undefined && module[rule] !== null);
  if (said.length === 0) return null;
  return (
    <div>
      <h4 className="mb-1 font-medium">Rules</h4>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 font-mono text-xs">
        {said.map((rule) => (
          <div key={rule} className="contents">
            <dt className="text-ink-2">{rule}</dt>
            <dd className="break-words">
              {typeof module[rule] === "object" ? JSON.stringify(module[rule]) : String(module[rule])}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
