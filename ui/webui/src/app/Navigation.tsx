import { Link } from "@tanstack/react-router";
import {
  Blocks,
  Inbox,
  ListTree,
  type LucideIcon,
  Moon,
  Search,
  Settings,
  Sun,
  Workflow,
} from "lucide-react";
import { toggleTheme } from "@/app/theme";
import { useInboxCount } from "@/app/use-inbox-count";
import { theme } from "@/core/settings";
import { useStore } from "@/core/store";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Keys } from "@/ui/kbd";

interface Place {
  to: "/inbox" | "/runs" | "/workflows" | "/modules" | "/settings";
  label: string;
  icon: LucideIcon;
}

const PLACES: readonly Place[] = [
  { to: "/inbox", label: "Inbox", icon: Inbox },
  { to: "/runs", label: "Runs", icon: ListTree },
  { to: "/workflows", label: "Workflows", icon: Workflow },
  { to: "/modules", label: "Modules", icon: Blocks },
  { to: "/settings", label: "Settings", icon: Settings },
];

const BAR =
  "fixed z-20 flex border-line bg-sunken max-md:inset-x-0 max-md:bottom-0 max-md:border-t max-md:px-1 max-md:pb-[env(safe-area-inset-bottom)] md:inset-y-0 md:left-0 md:w-52 md:flex-col md:border-r md:p-3";

/** Six of them fit beside each other from 320 px on. */
const SMALL_ITEM =
  "max-md:min-w-11 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:px-0.5 max-md:py-1.5 max-md:text-xs max-[22.5rem]:text-[0.6875rem]";

export function Navigation({ onSearch }: { onSearch: () => void }) {
  useStore(theme);
  const isDark = document.documentElement.dataset.theme === "dark";
  return (
    <header className={BAR}>
      <Link
        to="/inbox"
        className="mb-4 flex items-center gap-2.5 px-2 pt-1.5 font-semibold text-lg max-md:hidden"
      >
        <Mark />
        Interlude
      </Link>
      <nav aria-label="Main" className="flex max-md:flex-1 max-md:justify-around md:flex-col md:gap-0.5">
        {PLACES.map((place) => (
          <NavLink key={place.to} place={place} />
        ))}
        <button
          type="button"
          onClick={onSearch}
          className={cn("flex items-center rounded-md text-ink-2 md:hidden", SMALL_ITEM)}
        >
          <Search aria-hidden className="size-5" />
          Search
        </button>
      </nav>
      <div className="mt-auto flex items-center gap-1 max-md:hidden">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-control flex-1 items-center gap-2 rounded-md border border-line px-2.5 text-ink-2 text-sm hover:border-line-strong hover:text-ink"
        >
          <Search aria-hidden className="size-4" />
          <span className="flex-1 text-left">Search</span>
          <Keys keys="mod+k" />
        </button>
        <IconButton
          label={isDark ? "Light theme" : "Dark theme"}
          icon={isDark ? <Sun aria-hidden /> : <Moon aria-hidden />}
          onClick={toggleTheme}
        />
      </div>
    </header>
  );
}

/** Two bars with a person's turn between them: an interlude. */
const Mark = () => (
  <svg viewBox="0 0 20 20" aria-hidden="true" className="size-5">
    <rect x="1" y="3" width="3.5" height="14" rx="1.75" className="fill-machine" />
    <rect x="15.5" y="3" width="3.5" height="14" rx="1.75" className="fill-machine" />
    <circle cx="10" cy="10" r="3.2" className="fill-human" />
  </svg>
);

function NavLink({ place }: { place: Place }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      activeProps={{ "data-current": true }}
      className={cn(
        "relative flex items-center rounded-md text-ink-2 hover:text-ink data-[current]:font-semibold data-[current]:text-ink",
        SMALL_ITEM,
        "md:h-9 md:gap-2.5 md:px-2.5 md:text-sm md:hover:bg-ink/5 md:data-[current]:bg-surface",
      )}
    >
      <Icon aria-hidden className="size-5 md:size-[1.125rem]" />
      {place.label}
      {place.to === "/inbox" && <Count />}
    </Link>
  );
}

function Count() {
  const count = useInboxCount();
  if (!count) return null;
  return (
    <span className="flex h-5 min-w-5 items-center justify-center rounded-full bg-human px-1.5 font-semibold text-on-human text-xs max-md:absolute max-md:top-0 max-md:left-1/2 max-md:ml-1.5 md:ml-auto">
      {count > 99 ? "99+" : count}
      <span className="sr-only"> open</span>
    </span>
  );
}
