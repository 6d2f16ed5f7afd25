import { useNavigate } from "@tanstack/react-router";
import { toggleTheme } from "@/app/theme";
import { useCommands } from "@/core/commands";

interface Doors {
  openPalette: () => void;
  openShortcuts: () => void;
}

/** What can be done from everywhere. */
export function useGlobalCommands({ openPalette, openShortcuts }: Doors): void {
  const navigate = useNavigate();
  const group = "Go to";
  useCommands([
    { id: "go:inbox", title: "Inbox", group, keys: "g i", run: () => void navigate({ to: "/inbox" }) },
    { id: "go:runs", title: "Runs", group, keys: "g r", run: () => void navigate({ to: "/runs" }) },
    {
      id: "go:workflows",
      title: "Workflows",
      group,
      keys: "g w",
      run: () => void navigate({ to: "/workflows" }),
    },
    { id: "go:modules", title: "Modules", group, keys: "g m", run: () => void navigate({ to: "/modules" }) },
    {
      id: "new:workflow",
      title: "New workflow",
      group,
      keywords: "create definition json",
      run: () => void navigate({ to: "/workflows/_new" }),
    },
    {
      id: "go:settings",
      title: "Settings",
      group,
      keys: "g s",
      run: () => void navigate({ to: "/settings" }),
    },
    {
      id: "palette",
      title: "Search and commands",
      group: "Anywhere",
      keys: "mod+k",
      keyOnly: true,
      run: openPalette,
    },
    { id: "shortcuts", title: "Keyboard shortcuts", group: "Anywhere", keys: "?", run: openShortcuts },
    {
      id: "theme",
      title: "Switch between light and dark",
      group: "Anywhere",
      keywords: "theme",
      run: toggleTheme,
    },
  ]);
}
