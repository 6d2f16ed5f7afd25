import { lazy, Suspense, useState } from "react";
import { ApiError } from "@/core/errors";
import { createStore, useStore } from "@/core/store";

export type ToastTone = "ok" | "bad" | "info";

export interface ToastOptions {
  /** One more sentence. */
  detail?: string;
  action?: { label: string; run: () => void };
}

export interface ToastItem extends ToastOptions {
  id: number;
  tone: ToastTone;
  title: string;
}

let count = 0;

/** What was said and is not yet shown. */
export const waitingToasts = createStore<readonly ToastItem[]>([]);

function show(tone: ToastTone, title: string, options: ToastOptions = {}): void {
  count += 1;
  waitingToasts.set([...waitingToasts.get(), { id: count, tone, title, ...options }]);
}

/** From anywhere: `toast.ok("Run cancelled")`. Not for what is visible where the person looks. */
export const toast = {
  ok: (title: string, options?: ToastOptions) => show("ok", title, options),
  info: (title: string, options?: ToastOptions) => show("info", title, options),
  /** `what` failed: "The run was not cancelled". */
  error: (what: string, error: unknown) =>
    show("bad", what, {
      detail: error instanceof ApiError ? error.message : "Something unforeseen happened. Try again.",
    }),
};

const ToastView = lazy(() => import("@/ui/toast-view"));

/** Once in the app. What shows toasts is loaded with the first of them. */
export function Toasts() {
  const waiting = useStore(waitingToasts);
  const [needed, setNeeded] = useState(false);
  if (waiting.length > 0 && !needed) setNeeded(true);
  return <Suspense fallback={null}>{needed && <ToastView />}</Suspense>;
}
