import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { forgetToken, isTokenRemembered, token, tokenWanted } from "@/core/auth";
import { useNow } from "@/core/clock";
import { useAllCommands } from "@/core/commands";
import { formatDateTime } from "@/core/format";
import { type Density, density, type Theme, type TimeZone, theme, timeZone } from "@/core/settings";
import { type Store, useStore } from "@/core/store";
import { Button } from "@/ui/button";
import { Keys } from "@/ui/kbd";
import { Page } from "@/ui/page";
import { Segmented } from "@/ui/segmented";

/** What this browser remembers. */
export default function SettingsPage() {
  const zone = useStore(timeZone);
  const now = new Date(useNow()).toISOString();
  return (
    <Page title="Settings" width="read" subtitle="Kept in this browser.">
      <div className="flex flex-col divide-y divide-line">
        <Section title="Theme">
          <Choices<Theme>
            label="Theme"
            store={theme}
            choices={{ system: "As the system", light: "Light", dark: "Dark" }}
          />
        </Section>
        <Section title="Density" hint="How close the rows of lists are.">
          <Choices<Density>
            label="Density"
            store={density}
            choices={{ comfortable: "Comfortable", compact: "Compact" }}
          />
        </Section>
        <Section title="Times" hint={`Now: ${formatDateTime(now, zone)}`}>
          <Choices<TimeZone>
            label="Time zone"
            store={timeZone}
            choices={{ local: "My time zone", utc: "UTC" }}
          />
        </Section>
        <Section title="API token" hint="Sent with every call to this server.">
          <TokenSetting />
        </Section>
        <Section title="Keyboard shortcuts" hint="Pages have more; ? shows those that work there.">
          <ShortcutList />
        </Section>
        <Section title="This server">
          <ul className="flex flex-col items-start gap-1.5 text-sm">
            <li>
              <a href="/docs" className="link">
                Its API, to read and to try
              </a>
            </li>
            <li>
              <a href="/openapi.json" className="link">
                The contract as OpenAPI
              </a>
            </li>
          </ul>
        </Section>
      </div>
    </Page>
  );
}

const Section = ({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) => (
  <section aria-label={title} className="grid gap-x-8 gap-y-3 py-5 sm:grid-cols-[11rem_1fr]">
    <div>
      <h2 className="text-base">{title}</h2>
      {hint && <p className="text-ink-2 text-sm">{hint}</p>}
    </div>
    <div className="min-w-0">{children}</div>
  </section>
);

interface ChoicesProps<T extends string> {
  label: string;
  store: Store<T>;
  choices: Record<T, string>;
}

function Choices<T extends string>({ label, store, choices }: ChoicesProps<T>) {
  return <Segmented label={label} value={useStore(store)} onChange={store.set} choices={choices} />;
}

function TokenSetting() {
  const client = useQueryClient();
  const kept = useStore(token);
  if (!kept) {
    return (
      <div className="flex flex-col items-start gap-3 text-sm">
        <p className="text-ink-2">None is kept. A server that wants one asks for it.</p>
        <Button onClick={() => tokenWanted.set(true)}>Enter a token</Button>
      </div>
    );
  }
  const forget = () => {
    forgetToken();
    void client.resetQueries(); // nothing stays that it opened
  };
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <p className="text-ink-2">
        One that ends with <code className="font-mono">…{kept.slice(-4)}</code> is kept{" "}
        {isTokenRemembered() ? "on this device" : "until this tab is closed"}.
      </p>
      <Button onClick={forget}>Forget it</Button>
    </div>
  );
}

function ShortcutList() {
  const commands = useAllCommands().filter((command) => command.keys);
  return (
    <dl className="grid gap-x-8 sm:grid-cols-2">
      {commands.map((command) => (
        <div key={command.id} className="flex items-center justify-between gap-3 py-1 text-sm">
          <dt>{command.title}</dt>
          <dd>
            <Keys keys={command.keys ?? ""} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
