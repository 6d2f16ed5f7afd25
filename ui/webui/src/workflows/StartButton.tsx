import { Play } from "lucide-react";
import { isApiError } from "@/core/errors";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { Keys } from "@/ui/kbd";

interface StartButtonProps {
  start: { error: Error | null; isPending: boolean };
}

/** The end of the form, with what went wrong where no field can show it. */
export const StartButton = ({ start }: StartButtonProps) => (
  <div className="flex flex-col gap-3">
    {start.error && (
      <ErrorNote
        title={
          isApiError(start.error, "invalid_payload") ? "These inputs do not fit" : "The run was not started"
        }
        error={start.error}
      />
    )}
    <div className="flex flex-wrap items-center gap-3">
      <Button type="submit" kind="primary" size="lg" busy={start.isPending} icon={<Play aria-hidden />}>
        Start
      </Button>
      <span className="text-ink-2 text-xs pointer-coarse:hidden">
        <Keys keys="mod+Enter" />
      </span>
    </div>
  </div>
);
