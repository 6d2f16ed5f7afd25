import { Link } from "@tanstack/react-router";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Cog, Hand, SquareArrowOutUpRight, Workflow } from "lucide-react";
import { cn } from "@/ui/cn";
import type { GraphModule } from "@/ui/graph/graph-model";
import { STATUS, TONE_TEXT, type Tone } from "@/ui/status";

export interface ModuleState {
  /** A word of `STATUS`; shown as icon, word and colour. */
  status: string;
  /** Something short beside it: "3 tries". */
  note?: string | undefined;
}

export type ModuleNodeData = { module: GraphModule; state?: ModuleState | undefined };
export type ModuleFlowNode = Node<ModuleNodeData, "module">;

const toneOf = (module: GraphModule): Tone => (module.asks ? "human" : module.calls ? "nest" : "machine");

const ICON = { human: Hand, nest: Workflow, machine: Cog } as const;

/** What is read out for a box. */
export function sentenceOf({ module, state }: ModuleNodeData): string {
  const parts = [module.name, module.moduleId];
  if (module.asks) parts.push("asks a person");
  if (module.calls) parts.push(`calls ${module.child ?? "a workflow"}`);
  if (module.subActions) parts.push(actionsText(module.subActions));
  if (state) parts.push(wordOf(state), state.note ?? "");
  return parts.filter(Boolean).join(", ");
}

const actionsText = (count: number): string => `${count} ${count === 1 ? "sub-action" : "sub-actions"}`;

const lookOf = (state: ModuleState) => STATUS[state.status as keyof typeof STATUS];
const wordOf = (state: ModuleState): string => lookOf(state)?.word ?? state.status;

export function ModuleNode({ data, selected }: NodeProps<ModuleFlowNode>) {
  const { module, state } = data;
  const tone = toneOf(module) as keyof typeof ICON;
  const Icon = ICON[tone];
  return (
    <div
      className={cn(
        "flex h-full items-center gap-2 rounded-md border bg-surface px-2.5 text-left",
        module.calls ? "border-4 border-nest border-double px-1.5" : "border-line-strong/50",
        module.asks && "border-l-4 border-l-human",
        selected && "outline-2 outline-focus outline-offset-1",
        state?.status === "error" && "border-bad",
      )}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", TONE_TEXT[tone])} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-sm leading-5">{module.name}</span>
        <span className="flex items-center gap-1.5 text-ink-2 text-xs leading-4">
          <span className="min-w-0 truncate font-mono">{module.moduleId}</span>
          {module.subActions > 0 && !state && (
            <span className="ml-auto shrink-0" title={actionsText(module.subActions)}>
              +{module.subActions}
            </span>
          )}
          {state && <StateMark state={state} />}
        </span>
      </span>
      {module.child && <ChildLink workflowId={module.child} />}
    </div>
  );
}

function StateMark({ state }: { state: ModuleState }) {
  const look = lookOf(state);
  const Icon = look?.icon;
  return (
    <span className={cn("ml-auto inline-flex shrink-0 items-center gap-1", look && TONE_TEXT[look.tone])}>
      {Icon && <Icon aria-hidden className={cn("size-3.5", look.spin && "spin")} />}
      {wordOf(state)}
      {state.note && <span className="text-ink-2">· {state.note}</span>}
    </span>
  );
}

const ChildLink = ({ workflowId }: { workflowId: string }) => (
  <Link
    to="/workflows/$workflowId"
    params={{ workflowId }}
    aria-label={`Open the workflow ${workflowId}`}
    title={`Open ${workflowId}`}
    className="nopan flex size-7 shrink-0 items-center justify-center rounded text-nest hover:bg-nest-soft"
  >
    <SquareArrowOutUpRight aria-hidden className="size-4" />
  </Link>
);

export type StepFlowNode = Node<{ name: string; vertical: boolean }, "step">;

/** The frame around the modules of a step. */
export const StepNode = ({ data }: NodeProps<StepFlowNode>) => (
  <div className="h-full rounded-lg border border-line bg-sunken px-2.5 pt-2">
    <Handle
      type="target"
      position={data.vertical ? Position.Top : Position.Left}
      isConnectable={false}
      className="opacity-0"
    />
    <div className="truncate font-semibold text-sm leading-5" title={data.name}>
      {data.name}
    </div>
    <Handle
      type="source"
      position={data.vertical ? Position.Bottom : Position.Right}
      isConnectable={false}
      className="opacity-0"
    />
  </div>
);
