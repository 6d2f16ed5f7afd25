import { useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { isTokenAccepted } from "@/core/api";
import { saveToken, token } from "@/core/auth";
import { Button } from "@/ui/button";
import { Checkbox, Field, Input } from "@/ui/field";
import { Page } from "@/ui/page";

/** In the place of any page, while the server asks for a token. */
export default function TokenPage() {
  const client = useQueryClient();
  const [value, setValue] = useState("");
  const [remember, setRemember] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(
    token.get() ? "The token that was kept is no longer accepted." : null,
  );

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!value.trim()) {
      setError("Enter the token first.");
      return;
    }
    setBusy(true);
    try {
      if (await isTokenAccepted(value.trim())) {
        saveToken(value.trim(), { remember });
        void client.invalidateQueries();
      } else setError("The server does not accept this token.");
    } catch {
      setError("The server cannot be reached. Try again.");
    }
    setBusy(false);
  };

  return (
    <Page title="This server asks for a token" width="read">
      <form
        onSubmit={submit}
        className="flex max-w-md flex-col gap-4 rounded-lg border border-line bg-surface p-5"
      >
        <p className="text-ink-2 text-sm">
          It is one of those in <code className="font-mono">INTERLUDE_API_TOKENS</code>. Whoever runs the
          server can tell you.
        </p>
        <Field label="Token" error={error} required>
          <Input
            type="password"
            autoComplete="current-password"
            className="font-mono"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
        <Checkbox
          label="Keep it on this device"
          hint="Otherwise it is forgotten when this tab is closed."
          checked={remember}
          onChange={(event) => setRemember(event.target.checked)}
        />
        <Button
          type="submit"
          kind="primary"
          busy={busy}
          icon={<KeyRound aria-hidden />}
          className="self-start"
        >
          Use this token
        </Button>
      </form>
    </Page>
  );
}
