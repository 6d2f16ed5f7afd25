import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { ApiError } from "@/core/errors";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { Page } from "@/ui/page";

/** A chunk that is gone: the server was updated while this page was open. */
const isOutdated = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|Importing a module/.test(error.message);

/** A page that could not be drawn. The navigation around it still works. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  if (isOutdated(error)) {
    return (
      <Page title="There is a new version" width="read">
        <p className="mb-4 text-ink-2">The server has been updated since this page was loaded.</p>
        <Button icon={<RotateCw aria-hidden />} onClick={() => window.location.reload()}>
          Reload
        </Button>
      </Page>
    );
  }
  return (
    <Page title="This page broke" width="read">
      <ErrorNote
        title={error instanceof ApiError ? error.title : "A fault of ours"}
        error={error}
        onRetry={again}
      />
      {!(error instanceof ApiError) && (
        <pre className="mt-4 overflow-x-auto font-mono text-ink-2 text-xs">{String(error)}</pre>
      )}
    </Page>
  );
}
