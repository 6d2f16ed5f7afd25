// Weighs what a browser loads, and fails where it is more than size.json allows. Run after `npm run build`.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../dist/assets/", import.meta.url);
const limits = JSON.parse(readFileSync(new URL("../size.json", import.meta.url), "utf8"));
const names = readdirSync(folder);
const content = new Map(names.map((name) => [name, readFileSync(new URL(name, folder))]));
const zipped = (name) => gzipSync(content.get(name), { level: 9 }).length / 1024;
const named = (start, end) => names.find((name) => name.startsWith(start) && name.endsWith(end));

/** A script and all that it imports at once, not what it imports when it is needed. */
function closure(start, found = new Set()) {
  if (!start || found.has(start)) return found;
  found.add(start);
  const text = content.get(start).toString();
  for (const match of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) closure(match[1], found);
  return found;
}

const sum = (list) => [...list].reduce((total, name) => total + zipped(name), 0);
const html = readFileSync(new URL("../dist/index.html", import.meta.url), "utf8");
const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(html)[1];
const shell = closure(entry);
const first = closure(named("InboxPage", ".js"), new Set(shell));
const lazy = names.filter((name) => name.endsWith(".js") && !shell.has(name));
const largest = lazy.toSorted((a, b) => zipped(b) - zipped(a))[0];
const fonts = names.filter((name) => name.endsWith(".woff2") && !name.includes("latin-ext"));

const measured = {
  "shell + inbox, JS": sum(first),
  "largest lazy chunk, JS": zipped(largest),
  CSS: sum(names.filter((name) => name.endsWith(".css"))),
  "fonts, Latin": fonts.reduce((total, name) => total + content.get(name).length / 1024, 0),
};

let failed = false;
for (const [what, size] of Object.entries(measured)) {
  const over = size > limits[what];
  failed ||= over;
  console.log(
    `${over ? "OVER" : "ok  "}  ${what.padEnd(24)} ${size.toFixed(1).padStart(6)} of ${limits[what]} kB`,
  );
}
console.log(`      (largest lazy chunk: ${largest})`);
process.exit(failed ? 1 : 0);
