/** Where the boxes lie: steps as columns (or rows) of a layered graph, their modules below each other. Pure. */
import { Graph, layout } from "@dagrejs/dagre";
import type { GraphModel, GraphStep } from "@/ui/graph/graph-model";

export type Direction = "LR" | "TB";

export const MODULE = { width: 216, height: 50, gap: 8 };
const FRAME = { side: 10, head: 36, foot: 10 };

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphLayout {
  /** By step id. */
  steps: Map<string, Box>;
  /** By module id, within the box of its step. */
  modules: Map<string, Box>;
  /** Between steps. */
  lines: { from: string; to: string }[];
  width: number;
  height: number;
}

export function layoutOf(model: GraphModel, direction: Direction): GraphLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, ranksep: direction === "LR" ? 48 : 36, nodesep: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of model.steps) graph.setNode(step.id, { ...sizeOf(step) });
  const lines = linesOf(model);
  for (const line of lines) graph.setEdge(line.from, line.to);
  layout(graph);
  const steps = new Map(model.steps.map((step) => [step.id, boxOf(step, graph.node(step.id))]));
  const all = [...steps.values()];
  return {
    steps,
    modules: new Map(model.steps.flatMap(modulesOf)),
    lines,
    width: Math.max(0, ...all.map((box) => box.x + box.width)),
    height: Math.max(0, ...all.map((box) => box.y + box.height)),
  };
}

function sizeOf(step: GraphStep): { width: number; height: number } {
  const inner = step.modules.length * (MODULE.height + MODULE.gap) - MODULE.gap;
  return {
    width: MODULE.width + 2 * FRAME.side,
    height: FRAME.head + Math.max(0, inner) + FRAME.foot,
  };
}

/** dagre tells the centre. */
function boxOf(step: GraphStep, { x, y }: { x: number; y: number }): Box {
  const { width, height } = sizeOf(step);
  return { x: x - width / 2, y: y - height / 2, width, height };
}

const modulesOf = (step: GraphStep): [string, Box][] =>
  step.modules.map((item, index) => [
    item.id,
    {
      x: FRAME.side,
      y: FRAME.head + index * (MODULE.height + MODULE.gap),
      width: MODULE.width,
      height: MODULE.height,
    },
  ]);

function linesOf(model: GraphModel): { from: string; to: string }[] {
  const stepOf = new Map(model.steps.flatMap((step) => step.modules.map((item) => [item.id, step.id])));
  return model.edges
    .filter((edge) => !edge.inside)
    .map((edge) => ({ from: stepOf.get(edge.from) ?? "", to: stepOf.get(edge.to) ?? "" }))
    .filter((line) => line.from && line.to && line.from !== line.to);
}
