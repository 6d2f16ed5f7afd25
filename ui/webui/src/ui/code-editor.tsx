import { lazy, Suspense } from "react";
import type { CodeMirrorProps } from "@/ui/code-mirror";
import { Bone, Late } from "@/ui/skeleton";

const CodeMirror = lazy(() => import("@/ui/code-mirror"));

/** Editing of JSON, Jinja2 and text. What is typed is given as it is: whether it is valid is the caller's to say. */
export const CodeEditor = (props: CodeMirrorProps) => (
  <Suspense
    fallback={
      <Late>
        <Bone className="h-32 w-full" />
      </Late>
    }
  >
    <CodeMirror {...props} />
  </Suspense>
);
