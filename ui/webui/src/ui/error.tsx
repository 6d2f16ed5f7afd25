import { CircleAlert, RotateCw, WifiOff } from "lucide-react";
import { ApiError } from "@/core/errors";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";

interface ErrorNoteProps {
  /** What did not work: "The runs could not be read". */
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
  className?: string;
}

/** An error where it happened, with the way on. */
export function ErrorNote({ title, error, onRetry, className }: ErrorNoteProps) {
  const known = error instanceof ApiError ? error : null;
  const Icon = known?.status === 0 ? WifiOff : CircleAlert;
  return (
    <div
      role="alert"
      className={cn("flex items-start gap-3 rounded-md border border-bad/35 bg-bad-soft p-4", className)}
    >
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-semibold">{title}</p>
        <p className="mt-0.5 text-ink-2">{known?.message ?? "Something unforeseen happened. Try again."}</p>
        {known && known.fields.length > 0 && (
          <ul className="mt-2 list-disc pl-5 text-ink-2">
            {known.fields.map((field) => (
              <li key={field.pointer + field.message}>
                <code className="font-mono">{field.pointer || "/"}</code>: {field.message}
              </li>
            ))}
          </ul>
        )}
        {known?.requestId && known.status >= 500 && (
          <p className="mt-2 font-mono text-ink-2 text-xs">Request {known.requestId}</p>
        )}
      </div>
      {onRetry && (
        <Button size="sm" icon={<RotateCw aria-hidden />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
