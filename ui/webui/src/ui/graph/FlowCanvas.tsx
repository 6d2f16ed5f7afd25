import {
  type Edge,
  MarkerType,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { type Direction, type GraphLayout, layoutOf } from "@/ui/graph/graph-layout";
import type { GraphModel, GraphModule } from "@/ui/graph/graph-model";
import {
  type ModuleFlowNode,
  ModuleNode,
  type ModuleState,
  type StepFlowNode,
  StepNode,
  sentenceOf,
} from "@/ui/graph/ModuleNode";

import "@xyflow/react/dist/base.css";
import "@/ui/graph/graph.css";

export type { ModuleState } from "@/ui/graph/ModuleNode";

export interface FlowCanvasProps {
  model: GraphModel;
  label: string;
  /** Id of the module that is looked at. */
  selected?: string | null | undefined;
  onSelect?: (module: GraphModule | null) => void;
  /** How a module stands in a run; without it the graph is that of the definition alone. */
  stateOf?: (module: GraphModule) => ModuleState | undefined;
  className?: string;
}

const NODE_TYPES = { module: ModuleNode, step: StepNode };
const NARROW = 640;
const PADDING = 16;
const MAX_HEIGHT = 560;
const SMALLEST = 0.8;
const WORDS = {
  "node.a11yDescription.default": "Enter shows its details, Escape goes back.",
  "node.a11yDescription.keyboardDisabled": "Enter shows its details, Escape goes back.",
};

type FlowNode = ModuleFlowNode | StepFlowNode;

/** xyflow itself. Import `FlowGraph`. */
export default function FlowCanvas(props: FlowCanvasProps) {
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const direction: Direction = width < NARROW ? "TB" : "LR";
  const layout = useMemo(() => layoutOf(props.model, direction), [props.model, direction]);
  const vertical = direction === "TB";
  const fitting = Math.min(1, (width - 2 * PADDING) / Math.max(1, layout.width));
  // On a small screen it scrolls rather than become too small to read.
  const scale = vertical ? Math.max(SMALLEST, fitting) : fitting;
  const full = layout.height * scale + 2 * PADDING;
  const size = vertical
    ? { height: full, minWidth: layout.width * scale + 2 * PADDING }
    : { height: Math.max(180, Math.min(full, MAX_HEIGHT)) };
  return (
    <section
      ref={box}
      aria-label={props.label}
      className={cn("overflow-auto rounded-lg border border-line bg-paper", props.className)}
      style={{ maxHeight: vertical ? "75dvh" : undefined }}
      onKeyDownCapture={(event) => {
        if (event.key !== "Escape" || !props.selected) return;
        // It leads out of the module, and only then out of the page. React Flow would take the focus away as well.
        event.stopPropagation();
        props.onSelect?.(null);
      }}
    >
      {width > 0 && (
        <div style={size}>
          <ReactFlowProvider key={direction}>
            <Flow {...props} layout={layout} direction={direction} />
          </ReactFlowProvider>
        </div>
      )}
    </section>
  );
}

function useWidth(box: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

interface FlowProps extends FlowCanvasProps {
  layout: GraphLayout;
  direction: Direction;
}

function Flow({ model, layout, direction, selected, onSelect, stateOf, label }: FlowProps) {
  const vertical = direction === "TB";
  const nodes = nodesOf({ model, layout, vertical, selected, stateOf });
  const edges = useMemo(() => edgesOf(layout), [layout]);
  const byId = new Map(model.steps.flatMap((step) => step.modules).map((item) => [item.id, item]));
  const select = (changes: NodeChange<FlowNode>[]) => {
    const picks = changes.filter((change) => change.type === "select");
    const chosen = picks.find((change) => change.selected);
    if (chosen) onSelect?.(byId.get(chosen.id) ?? null);
    else if (picks.length > 0) onSelect?.(null);
  };
  return (
    <ReactFlow
      aria-label={label}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={select}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      elementsSelectable={onSelect !== undefined}
      multiSelectionKeyCode={null}
      selectionKeyCode={null}
      deleteKeyCode={null}
      // The wheel scrolls the page; Ctrl and the wheel zoom.
      zoomOnScroll={false}
      preventScrolling={false}
      panOnDrag={!vertical}
      zoomOnPinch={!vertical}
      zoomOnDoubleClick={false}
      minZoom={0.2}
      maxZoom={1.5}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: `${PADDING}px` }}
      ariaLabelConfig={WORDS}
      attributionPosition={vertical ? "bottom-right" : "bottom-left"}
    >
      {!vertical && <ZoomButtons />}
    </ReactFlow>
  );
}

interface NodesOptions {
  model: GraphModel;
  layout: GraphLayout;
  vertical: boolean;
  selected: string | null | undefined;
  stateOf: FlowCanvasProps["stateOf"];
}

/** In the order of reading, which is the order of Tab. */
function nodesOf({ model, layout, vertical, selected, stateOf }: NodesOptions): FlowNode[] {
  return model.steps.flatMap((step) => {
    const frame = layout.steps.get(step.id);
    if (!frame) return [];
    const parent: StepFlowNode = {
      id: step.id,
      type: "step",
      position: { x: frame.x, y: frame.y },
      width: frame.width,
      height: frame.height,
      data: { name: step.name, vertical },
      selectable: false,
      focusable: false,
      ariaLabel: `Step ${step.name}`,
    };
    const inner = step.modules.map((module): ModuleFlowNode => {
      const place = layout.modules.get(module.id);
      const data = { module, state: stateOf?.(module) };
      return {
        id: module.id,
        type: "module",
        parentId: step.id,
        position: { x: place?.x ?? 0, y: place?.y ?? 0 },
        width: place?.width ?? 0,
        height: place?.height ?? 0,
        data,
        selected: module.id === selected,
        ariaLabel: sentenceOf(data),
      };
    });
    return [parent, ...inner];
  });
}

const edgesOf = (layout: GraphLayout): Edge[] =>
  layout.lines.map(({ from, to }) => ({
    id: `${from}>${to}`,
    source: from,
    target: to,
    type: "smoothstep",
    selectable: false,
    markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18, color: "var(--line-strong)" },
  }));

function ZoomButtons() {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-right" className="flex rounded-md border border-line bg-surface">
      <IconButton label="Zoom out" icon={<Minus aria-hidden />} onClick={() => void flow.zoomOut()} />
      <IconButton label="Zoom in" icon={<Plus aria-hidden />} onClick={() => void flow.zoomIn()} />
      <IconButton
        label="Show all"
        icon={<Maximize aria-hidden />}
        onClick={() => void flow.fitView({ maxZoom: 1, padding: `${PADDING}px` })}
      />
    </Panel>
  );
}
