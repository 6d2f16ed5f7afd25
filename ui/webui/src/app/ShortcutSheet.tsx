import { useState } from "react";
import { allCommands, type Command } from "@/core/commands";
import { Dialog } from "@/ui/dialog";
import { Keys } from "@/ui/kbd";

const LISTS: readonly Pick<Command, "id" | "title" | "keys" | "group">[] = [
  { id: "sheet:next", title: "Next row", keys: "j", group: "Lists" },
  { id: "sheet:previous", title: "Row before", keys: "k", group: "Lists" },
  { id: "sheet:open", title: "Open the row", keys: "Enter", group: "Lists" },
  { id: "sheet:filter", title: "Search in the list", keys: "/", group: "Lists" },
  { id: "sheet:up", title: "Close, or one level up", keys: "Escape", group: "Anywhere" },
];

/** All keys that work here and now, and those that work in every list. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const [groups] = useState(() => grouped([...LISTS, ...allCommands().filter((command) => command.keys)]));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {[...groups].map(([group, commands]) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1 text-ink-2 text-sm">{group}</h3>
            <dl>
              {commands.map((command) => (
                <div key={command.keys} className="flex items-center justify-between gap-3 py-1 text-sm">
                  <dt>{command.title}</dt>
                  <dd>
                    <Keys keys={command.keys ?? ""} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

type Entry = Pick<Command, "title" | "keys" | "group">;

function grouped(commands: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const command of commands) {
    const list = groups.get(command.group ?? "This page") ?? [];
    if (!list.some((known) => known.keys === command.keys)) list.push(command);
    groups.set(command.group ?? "This page", list);
  }
  return groups;
}
