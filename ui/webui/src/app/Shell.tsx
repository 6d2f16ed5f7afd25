import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { Navigation } from "@/app/Navigation";
import { OfflineBanner } from "@/app/OfflineBanner";
import { useTabTitle } from "@/app/tab-title";
import { useGlobalCommands } from "@/app/use-global-commands";
import { useKeptFocus } from "@/app/use-kept-focus";
import { tokenWanted } from "@/core/auth";
import { listenForKeys } from "@/core/keys";
import { useStore } from "@/core/store";

const Palette = lazy(() => import("@/app/CommandPalette"));
const TokenPage = lazy(() => import("@/app/TokenPage"));
const ShortcutSheet = lazy(() => import("@/app/ShortcutSheet"));

/** What is around every page. */
export function Shell() {
  const [overlay, setOverlay] = useState<"palette" | "shortcuts" | null>(null);
  const wanted = useStore(tokenWanted);
  useEffect(listenForKeys, []);
  useTabTitle();
  useKeptFocus();
  useGlobalCommands({
    openPalette: () => setOverlay("palette"),
    openShortcuts: () => setOverlay("shortcuts"),
  });
  const close = () => setOverlay(null);
  return (
    <div className="flex min-h-dvh md:pl-52">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <Navigation onSearch={() => setOverlay("palette")} />
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col pb-16 outline-none md:pb-0">
        <OfflineBanner />
        <Suspense fallback={null}>{wanted ? <TokenPage /> : <Outlet />}</Suspense>
      </main>
      <Suspense fallback={null}>
        {overlay === "palette" && <Palette onClose={close} />}
        {overlay === "shortcuts" && <ShortcutSheet onClose={close} />}
      </Suspense>
    </div>
  );
}
