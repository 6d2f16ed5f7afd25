import { getRouteApi } from "@tanstack/react-router";
import type { Interaction } from "@/core/types";
import { hasFilters, kindChoices, workflowChoices } from "@/interactions/inbox/inbox-rows";
import { kindWord } from "@/interactions/kinds/words";
import { useWorkflowNames } from "@/interactions/use-workflow-names";
import { Button } from "@/ui/button";
import { NativeSelect } from "@/ui/native-select";
import { SearchBox } from "@/ui/search-box";

const route = getRouteApi("/inbox");

/** What the list shows, kept in the address. */
export function InboxFilters({ items }: { items: readonly Interaction[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useWorkflowNames();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <>
      <SearchBox
        label="Search in the inbox"
        placeholder="Search"
        value={search.q ?? ""}
        onChange={(q) => set({ q: q || undefined })}
        className="w-44 max-sm:w-full"
      />
      <NativeSelect
        label="Workflow"
        value={search.workflow ?? ""}
        onChange={(value) => set({ workflow: value || undefined })}
        choices={[{ value: "", label: "All workflows" }, ...workflowChoices(items, nameOf)]}
        className="min-w-0 max-w-48 max-sm:flex-1 max-sm:basis-24"
      />
      <NativeSelect
        label="Kind"
        value={search.kind ?? ""}
        onChange={(value) => set({ kind: value || undefined })}
        choices={[{ value: "", label: "All kinds" }, ...kindChoices(items, kindWord)]}
        className="min-w-0 max-sm:flex-1 max-sm:basis-24"
      />
      <NativeSelect
        label="Order"
        value={search.sort ?? "newest"}
        onChange={(value) => set({ sort: value === "oldest" ? "oldest" : undefined })}
        choices={[
          { value: "newest", label: "Newest first" },
          { value: "oldest", label: "Oldest first" },
        ]}
        className="min-w-0 max-sm:flex-1 max-sm:basis-24"
      />
      {hasFilters(search) && <ClearFilters />}
    </>
  );
}

export function ClearFilters() {
  const navigate = route.useNavigate();
  return (
    <Button
      kind="quiet"
      onClick={() =>
        void navigate({
          search: ({ sort, sel }) => ({ sort, sel }),
          replace: true,
        })
      }
    >
      Clear the filters
    </Button>
  );
}
