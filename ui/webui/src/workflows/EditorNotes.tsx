import { FolderSync, History } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";

interface NoteProps {
  icon: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}

const Note = ({ icon, children, action }: NoteProps) => (
  <div className="mb-4 flex flex-wrap items-center gap-3 rounded-md border border-line bg-sunken p-3 text-sm [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-ink-2">
    {icon}
    <p className="min-w-0 flex-1 basis-64">{children}</p>
    {action}
  </div>
);

/** Versions of files come back when the server starts. */
export const FolderNote = () => (
  <Note icon={<FolderSync aria-hidden />}>
    This workflow has a folder on the server. When the server starts, it reads the folder, and its content
    becomes the newest version again: a change that is to stay belongs into the folder, too.
  </Note>
);

export const KeptNote = ({ onDiscard }: { onDiscard: () => void }) => (
  <Note
    icon={<History aria-hidden />}
    action={
      <Button size="sm" onClick={onDiscard}>
        Give them up
      </Button>
    }
  >
    Your unsaved changes from before are here.
  </Note>
);
