// Before the first paint: a file of its own, since the content security policy allows no inline script.
(() => {
  const read = (name) => {
    try {
      return localStorage.getItem(`interlude.${name}`);
    } catch {
      return null; // storage may be switched off
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const chosen = read("theme");
  const root = document.documentElement;
  root.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
  root.dataset.density = read("density") === "compact" ? "compact" : "comfortable";
})();
