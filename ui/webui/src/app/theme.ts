import { density, theme } from "@/core/settings";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Keeps the page as the settings say. `/theme.js` has done it once already, before the first paint. */
export function startTheme(): void {
  const apply = () => {
    const root = document.documentElement;
    const chosen = theme.get();
    root.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.density = density.get();
    const paper = getComputedStyle(root).getPropertyValue("--paper");
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", paper.trim());
  };
  theme.subscribe(apply);
  density.subscribe(apply);
  dark.addEventListener("change", apply);
  apply();
}

/** The other one of what is shown now. */
export function toggleTheme(): void {
  theme.set(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
}
