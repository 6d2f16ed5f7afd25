import { RefreshCw } from "lucide-react";
import { Note } from "@/interactions/Note";
import { Button } from "@/ui/button";

interface RenewedNoteProps {
  /** `The text is` */
  what: string;
  onTake: () => void;
  onKeep: () => void;
  /** Shows the new one beside it. */
  children?: React.ReactNode;
}

/** Something new has come for what the person has changed already: theirs stays until they say otherwise. */
export const RenewedNote = ({ what, onTake, onKeep, children }: RenewedNoteProps) => (
  <Note
    tone="machine"
    icon={<RefreshCw aria-hidden />}
    title={`${what} new; your own changes are kept`}
    className="mb-4"
    actions={
      <>
        <Button size="sm" onClick={onTake}>
          Take the new one
        </Button>
        <Button size="sm" kind="quiet" onClick={onKeep}>
          Keep mine
        </Button>
      </>
    }
  >
    {children}
  </Note>
);
