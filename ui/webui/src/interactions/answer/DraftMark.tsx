import type { Draft } from "@/interactions/answer/draft";
import { Button } from "@/ui/button";

/** Says that what is there was entered before the page was opened, and takes it away if it is not wanted. */
export const DraftMark = ({
  draft,
  onClear,
}: {
  draft: Pick<Draft<unknown>, "restored" | "clear">;
  onClear?: () => void;
}) =>
  draft.restored ? (
    <span className="flex items-center gap-1 text-ink-2 text-sm">
      Kept from before, not sent
      <Button
        kind="quiet"
        size="sm"
        onClick={() => {
          draft.clear();
          onClear?.();
        }}
      >
        Start over
      </Button>
    </span>
  ) : null;
