import { lazy, Suspense } from "react";
import type { SchemaFormProps } from "@/forms/RjsfForm";
import { SkeletonRows } from "@/ui/skeleton";

export type { SchemaFormProps } from "@/forms/RjsfForm";

const RjsfForm = lazy(() => import("@/forms/RjsfForm"));

/** A form from a JSON Schema. Its own chunk, loaded when the first form is shown. */
export const SchemaForm = (props: SchemaFormProps) => (
  <Suspense fallback={<SkeletonRows rows={4} label="Loading the form" />}>
    <RjsfForm {...props} />
  </Suspense>
);
