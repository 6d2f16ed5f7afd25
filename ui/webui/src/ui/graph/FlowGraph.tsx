import { lazy, Suspense } from "react";
import type { FlowCanvasProps } from "@/ui/graph/FlowCanvas";
import { Bone, Late } from "@/ui/skeleton";

export type { FlowCanvasProps as FlowGraphProps, ModuleState } from "@/ui/graph/FlowCanvas";

const FlowCanvas = lazy(() => import("@/ui/graph/FlowCanvas"));

/** The steps and modules of a workflow as a graph to look at. Its own chunk, loaded when the first one is shown. */
export const FlowGraph = (props: FlowCanvasProps) => (
  <Suspense
    fallback={
      <Late>
        <Bone className="h-64 w-full" />
      </Late>
    }
  >
    <FlowCanvas {...props} />
  </Suspense>
);
