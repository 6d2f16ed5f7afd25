import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useState } from "react";
import { listWorkflows } from "@/core/api";
import { allCommands } from "@/core/commands";
import { queries } from "@/core/query";
import { Keys } from "@/ui/kbd";
import { ITEM_STYLE } from "@/ui/menu";

interface Entry {
  id: string;
  title: string;
  hint?: string;
  keys?: string | undefined;
  search: string;
  run: () => void;
}

interface Group {
  value: string;
  items: Entry[];
}

const RUN_ID = /^wf_[A-Za-z0-9_]+$/;

/** Everything by name: actions of this page, open questions, workflows to start, a run by its id. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const groups = useGroups(text);
  const choose = (entry: Entry) => {
    onClose();
    // After the dialog has given focus back, so that what opens next can take it.
    requestAnimationFrame(entry.run);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label="Search and commands"
          className="floating fixed top-[10dvh] left-1/2 z-40 flex max-h-[70dvh] w-[min(38rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-float"
        >
          <Autocomplete.Root
            items={groups}
            value={text}
            onValueChange={setText}
            open
            inline
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(entry) => (entry as Entry).search}
            filter={(entry, query) => matches((entry as Entry).search, query)}
          >
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search aria-hidden className="size-4 text-ink-3" />
              <Autocomplete.Input
                aria-label="Search and commands"
                placeholder="Type a command, a workflow, or paste a run id"
                className="h-12 flex-1 bg-transparent outline-none"
              />
            </div>
            <Autocomplete.Empty className="px-4 py-6 text-center text-ink-2 text-sm empty:hidden">
              Nothing fits “{text}”.
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 overflow-y-auto p-1.5 empty:hidden">
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items} className="pb-1">
                  <Autocomplete.GroupLabel className="px-2 py-1 text-ink-3 text-xs">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: Entry) => (
                      <Autocomplete.Item
                        key={entry.id}
                        value={entry}
                        onClick={() => choose(entry)}
                        className={ITEM_STYLE}
                      >
                        <span className="min-w-0 flex-1 truncate">{entry.title}</span>
                        {entry.hint && (
                          <span className="max-w-[45%] truncate text-ink-3 text-xs">{entry.hint}</span>
                        )}
                        {entry.keys && <Keys keys={entry.keys} />}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Every word of the query somewhere in the text. */
const matches = (text: string, query: string): boolean => {
  const low = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
};

function useGroups(text: string): Group[] {
  const navigate = useNavigate();
  const inbox = useQuery(queries.inbox());
  const workflows = useQuery({
    queryKey: ["palette", "workflows"],
    queryFn: ({ signal }) => listWorkflows({ limit: 200 }, { signal }),
  });
  const [commands] = useState(() => allCommands().filter((command) => !command.keyOnly && !command.disabled));

  const byGroup = new Map<string, Entry[]>();
  for (const command of commands.toReversed()) {
    const group = command.group ?? "This page";
    const entry: Entry = {
      id: command.id,
      title: command.title,
      keys: command.keys,
      search: `${command.title} ${command.keywords ?? ""} ${group}`,
      run: command.run,
    };
    byGroup.set(group, [entry, ...(byGroup.get(group) ?? [])]);
  }
  const pageActions = byGroup.get("This page") ?? [];
  byGroup.delete("This page");

  const typed = text.trim();
  const byId: Entry[] = RUN_ID.test(typed)
    ? [
        {
          id: "run-by-id",
          title: `Open run ${typed}`,
          search: typed,
          run: () => void navigate({ to: "/runs/$runId", params: { runId: typed } }),
        },
      ]
    : [];
  const questions: Entry[] = (inbox.data?.items ?? []).slice(0, 20).map((item) => ({
    id: `answer:${item.interaction_id}`,
    title: item.title,
    hint: item.path[0]?.workflow_id ?? "",
    search: `answer ${item.title} ${item.path.map((part) => part.workflow_id).join(" ")}`,
    run: () =>
      void navigate({
        to: "/runs/$runId/interactions/$interactionId",
        params: { runId: item.workflow_run_id, interactionId: item.interaction_id },
      }),
  }));
  const starts: Entry[] = (workflows.data?.items ?? []).map((item) => ({
    id: `start:${item.workflow_id}`,
    title: `Start ${item.name}`,
    hint: item.workflow_id,
    search: `start run ${item.name} ${item.workflow_id}`,
    run: () =>
      void navigate({ to: "/workflows/$workflowId/start", params: { workflowId: item.workflow_id } }),
  }));

  const opens: Entry[] = (workflows.data?.items ?? []).map((item) => ({
    id: `open:${item.workflow_id}`,
    title: `Open ${item.name}`,
    hint: item.workflow_id,
    search: `open workflow ${item.name} ${item.workflow_id}`,
    run: () => void navigate({ to: "/workflows/$workflowId", params: { workflowId: item.workflow_id } }),
  }));

  return [
    { value: "Run", items: byId },
    { value: "This page", items: pageActions },
    { value: "Waiting for an answer", items: questions },
    ...[...byGroup].toReversed().map(([value, items]) => ({ value, items })),
    { value: "Start a workflow", items: starts },
    { value: "Open a workflow", items: opens },
  ].filter((group) => group.items.length > 0);
}
