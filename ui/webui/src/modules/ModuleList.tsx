import { getRouteApi, Link } from "@tanstack/react-router";
import { Hand } from "lucide-react";
import type { ModuleType } from "@/core/types";
import type { ModuleGroup } from "@/modules/group-modules";
import { namespaceTitle } from "@/modules/snippet";
import { cn } from "@/ui/cn";
import { useListKeys } from "@/ui/list-keys";

const route = getRouteApi("/modules");

interface ModuleListProps {
  groups: readonly ModuleGroup[];
  chosen: string | undefined;
}

/** The module types by namespace; each is a link that shows it beside the list. */
export function ModuleList({ groups, chosen }: ModuleListProps) {
  const navigate = route.useNavigate();
  const flat = groups.flatMap((group) => group.modules);
  const marked = useListKeys({
    count: flat.length,
    onOpen: (index) => void navigate({ search: (old) => ({ ...old, type: flat[index]?.module_id }) }),
    onMove: (index) =>
      document.querySelectorAll("#modules li[data-row]")[index]?.scrollIntoView({ block: "nearest" }),
  });
  return (
    <nav id="modules" aria-label="Modules" className="flex flex-col gap-5">
      {groups.map((group) => (
        <section key={group.namespace} aria-label={namespaceTitle(group.namespace)}>
          <h2 className="mb-1 flex items-baseline gap-2 text-sm">
            {namespaceTitle(group.namespace)}
            <code className="font-mono font-normal text-ink-2 text-xs">{group.namespace}</code>
          </h2>
          <ul className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
            {group.modules.map((item) => (
              <Row
                key={item.module_id}
                item={item}
                chosen={item.module_id === chosen}
                marked={flat.indexOf(item) === marked}
              />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Row({ item, chosen, marked }: { item: ModuleType; chosen: boolean; marked: boolean }) {
  return (
    <li data-row className="border-line not-last:border-b">
      <Link
        from="/modules"
        to="/modules"
        search={(old) => ({ ...old, type: item.module_id })}
        aria-current={chosen ? "true" : undefined}
        className={cn(
          "block px-3 py-2 outline-offset-[-2px] hover:bg-ink/4",
          chosen && "bg-machine-soft hover:bg-machine-soft",
          marked && "outline-2 outline-focus",
        )}
      >
        <span className="flex items-center gap-2">
          <code className="min-w-0 flex-1 truncate font-mono text-sm">{item.module_id}</code>
          {item.interactive && (
            <span className="inline-flex items-center gap-1 text-human-ink text-xs">
              <Hand aria-hidden className="size-3.5" />
              asks
            </span>
          )}
        </span>
        <span className="block truncate text-ink-2 text-xs">{item.title}</span>
      </Link>
    </li>
  );
}
