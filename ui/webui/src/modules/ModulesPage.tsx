import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCommands } from "@/core/commands";
import { queries } from "@/core/query";
import type { ModuleType } from "@/core/types";
import { groupModules } from "@/modules/group-modules";
import { ModuleDetail } from "@/modules/ModuleDetail";
import { ModuleFilters } from "@/modules/ModuleFilters";
import { ModuleList } from "@/modules/ModuleList";
import { buttonStyle } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { QueryState } from "@/ui/query-state";

const route = getRouteApi("/modules");

/** What workflows can be made of: the list, and the module that is looked at beside it. */
export default function ModulesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const modules = useQuery(queries.modules());
  useCommands([
    {
      id: "modules:up",
      title: "All modules",
      keys: "Escape",
      keyOnly: true,
      disabled: search.type === undefined,
      run: () => void navigate({ search: (old) => ({ ...old, type: undefined }) }),
    },
  ]);
  return (
    <Page title="Modules" subtitle="What workflows are made of on this server.">
      <div className={cn(search.type && "max-lg:hidden")}>
        <ModuleFilters
          value={search}
          onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        />
      </div>
      <QueryState query={modules} failed="The modules could not be read">
        {(page) => <Shown items={page.items} />}
      </QueryState>
    </Page>
  );
}

function Shown({ items }: { items: readonly ModuleType[] }) {
  const search = route.useSearch();
  const groups = groupModules(items, search);
  const chosen = items.find((item) => item.module_id === search.type);
  return (
    <div className="grid gap-x-8 gap-y-5 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <div className={cn("min-w-0", search.type && "max-lg:hidden")}>
        {groups.length > 0 ? (
          <ModuleList groups={groups} chosen={search.type} />
        ) : (
          <Empty
            title="Nothing fits"
            actions={
              <Link to="/modules" search={{ type: search.type }} className={buttonStyle()}>
                Show all modules
              </Link>
            }
          >
            No module has these words in its name or description.
          </Empty>
        )}
      </div>
      <div className={cn("min-w-0", !search.type && "max-lg:hidden")}>
        <Chosen wanted={search.type} found={chosen} />
      </div>
    </div>
  );
}

function Chosen({ wanted, found }: { wanted: string | undefined; found: ModuleType | undefined }) {
  if (found) return <ModuleDetail key={found.module_id} module={found} />;
  if (wanted === undefined)
    return (
      <Empty title="Pick a module">What it takes, what it gives, and a piece to copy are shown here.</Empty>
    );
  return (
    <Empty
      title={`This server has no module ${wanted}`}
      actions={
        <Link to="/modules" className={buttonStyle()}>
          Show all modules
        </Link>
      }
    >
      It may come with a package that is not installed here.
    </Empty>
  );
}
