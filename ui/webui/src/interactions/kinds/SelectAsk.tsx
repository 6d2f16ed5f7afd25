import { type FormEvent, useMemo, useState } from "react";
import { useCommands } from "@/core/commands";
import { plural } from "@/core/format";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { useAnswerCommand } from "@/interactions/answer/use-answer-command";
import { OptionCard } from "@/interactions/kinds/OptionCard";
import {
  askOf,
  countProblem,
  optionKeys,
  type Pick,
  readSelect,
  selectResponse,
  sortPicks,
  togglePick,
} from "@/interactions/kinds/select";
import type { AskProps } from "@/interactions/kinds/types";
import { useFresh } from "@/interactions/kinds/use-fresh";
import { Note } from "@/interactions/Note";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Field, Input } from "@/ui/field";

const MANY = 12;
const MOST_SHOWN = 60;

export function SelectAsk({ item, answer, hint }: AskProps) {
  const data = useMemo(() => readSelect(item.data), [item.data]);
  const keys = useMemo(() => optionKeys(data.options), [data]);
  const draft = useDraft<Pick[]>(item.interaction_id, []);
  const fresh = useFresh(keys);
  const { kept, lost } = sortPicks(draft.value, keys);
  const [problem, setProblem] = useState<string | null>(null);
  const [find, setFind] = useState("");
  const [all, setAll] = useState(false);

  const toggle = (at: number) => {
    const option = data.options[at];
    const key = keys[at];
    if (!option || key === undefined) return;
    setProblem(null);
    answer.reset();
    draft.set(togglePick(data, kept, { key, label: option.label }));
  };
  const send = () => {
    const found = countProblem(data, kept.length);
    setProblem(found);
    if (found === null) answer.send(selectResponse(data, keys, kept));
  };
  useAnswerCommand(send);
  useCommands(
    data.options.slice(0, 9).map((option, at) => ({
      id: `pick:${at}`,
      title: `Pick “${option.label}”`,
      keys: `${at + 1}`,
      keyOnly: true,
      run: () => toggle(at),
    })),
  );

  const low = find.toLowerCase();
  const found = data.options
    .map((option, at) => ({ option, at, key: keys[at] ?? "" }))
    .filter(({ option }) => `${option.label} ${option.description ?? ""}`.toLowerCase().includes(low));
  const shown = all ? found : found.slice(0, MOST_SHOWN);
  const isRoomy = data.options.some((option) => option.description);
  return (
    <form
      noValidate
      className="@container"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      {data.options.length > MANY && (
        <Field label={`Find among ${data.options.length} options`} className="mb-3 max-w-sm">
          <Input value={find} onChange={(event) => setFind(event.target.value)} />
        </Field>
      )}
      {lost.length > 0 && (
        <Note
          tone="machine"
          title={`No longer among them: ${lost.map((pick) => `“${pick.label}”`).join(", ")}`}
          onDismiss={() => draft.set(kept)}
          className="mb-3"
        >
          {kept.length > 0 ? "Your other picks are kept." : "Pick again."}
        </Note>
      )}
      <fieldset>
        <legend className="mb-2 text-ink-2 text-sm">{askOf(data)}</legend>
        <ul className={cn("grid grid-cols-[minmax(0,1fr)] gap-3", isRoomy && "@2xl:grid-cols-2")}>
          {shown.map(({ option, at, key }) => (
            <OptionCard
              key={key}
              option={option}
              name={`options-${item.interaction_id}`}
              multiple={data.multiple}
              picked={kept.some((pick) => pick.key === key)}
              fresh={fresh.has(key)}
              shortcut={at < 9 ? `${at + 1}` : undefined}
              onToggle={() => toggle(at)}
            />
          ))}
        </ul>
        {found.length === 0 && <p className="py-6 text-ink-2">{emptyText(data.options.length, find)}</p>}
        {shown.length < found.length && (
          <Button className="mt-3" onClick={() => setAll(true)}>
            Show all {found.length}
          </Button>
        )}
      </fieldset>
      <Problems problems={answer.problems} />
      <AnswerBar problem={problem} hint={hint}>
        <Button type="submit" kind="human" size="lg" busy={answer.pending} className="min-w-0 max-w-full">
          <span className="truncate">{goOn(data.multiple, kept)}</span>
        </Button>
        {kept.length > 0 && <DraftMark draft={draft} />}
      </AnswerBar>
    </form>
  );
}

const emptyText = (count: number, find: string): string =>
  count === 0
    ? "There is nothing to choose from yet. What can be done above may bring something."
    : `None has “${find}” in it.`;

function goOn(multiple: boolean, picks: readonly Pick[]): string {
  if (picks.length === 0) return "Go on";
  return multiple ? `Go on with ${plural(picks.length, "pick")}` : `Go on with “${picks[0]?.label}”`;
}
