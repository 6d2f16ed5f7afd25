import { useEffect } from "react";
import { useInboxCount } from "@/app/use-inbox-count";

/** `(3) Runs · Interlude`, and a dot on the tab's icon while questions are open. */
export function useTabTitle(): void {
  const count = useInboxCount() ?? 0;
  useEffect(() => {
    const show = () => {
      const page = document.documentElement.dataset.title;
      document.title = `${count ? `(${count}) ` : ""}${page ? `${page} · ` : ""}Interlude`;
    };
    show();
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = count ? "/favicon-open.svg" : "/favicon.svg";
    window.addEventListener("interlude:title", show);
    return () => window.removeEventListener("interlude:title", show);
  }, [count]);
}
