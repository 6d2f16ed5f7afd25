import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useStore } from "@/core/store";
import { IconButton } from "@/ui/button";
import { type ToastItem, type ToastTone, waitingToasts } from "@/ui/toast";

const ICONS: Record<ToastTone, ReactNode> = {
  ok: <CircleCheck aria-hidden className="text-ok" />,
  bad: <CircleAlert aria-hidden className="text-bad" />,
  info: <Info aria-hidden className="text-machine" />,
};

/** Bad news stays longer: it may have to be read twice. */
const optionsOf = ({ tone, title, detail, action }: ToastItem) => ({
  title,
  type: tone,
  timeout: tone === "bad" ? 12_000 : 5_000,
  priority: tone === "bad" ? ("high" as const) : ("low" as const),
  ...(detail ? { description: detail } : {}),
  ...(action ? { actionProps: { children: action.label, onClick: action.run } } : {}),
});

/** The toasts themselves. Use `toast` to make one. */
export default function ToastView() {
  return (
    <Base.Provider limit={4}>
      <List />
    </Base.Provider>
  );
}

function List() {
  const { toasts, add } = Base.useToastManager();
  const waiting = useStore(waitingToasts);
  useEffect(() => {
    if (waiting.length === 0) return;
    waitingToasts.set([]);
    for (const item of waiting) add(optionsOf(item));
  }, [waiting, add]);
  return (
    <Base.Portal>
      <Base.Viewport className="fixed right-4 bottom-4 z-50 w-[min(24rem,calc(100vw-2rem))] max-md:bottom-18">
        {toasts.map((item) => (
          <Base.Root
            key={item.id}
            toast={item}
            className="floating mt-2 flex w-full items-start gap-3 rounded-md border border-line bg-surface p-3 pr-2 shadow-float [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0"
          >
            {ICONS[(item.type as ToastTone | undefined) ?? "info"]}
            <Base.Content className="min-w-0 flex-1">
              <Base.Title render={<p />} className="font-medium text-sm" />
              <Base.Description className="mt-0.5 text-ink-2 text-xs" />
              <Base.Action className="link mt-1 text-sm empty:hidden" />
            </Base.Content>
            <Base.Close render={<IconButton size="sm" label="Dismiss" icon={<X aria-hidden />} />} />
          </Base.Root>
        ))}
      </Base.Viewport>
    </Base.Portal>
  );
}
