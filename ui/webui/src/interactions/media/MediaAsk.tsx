import { ImagePlus } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { useCommands } from "@/core/commands";
import { plural } from "@/core/format";
import { AnswerBar, Problems } from "@/interactions/answer/AnswerBar";
import { DraftMark } from "@/interactions/answer/DraftMark";
import { useDraft } from "@/interactions/answer/draft";
import { useAnswerCommand } from "@/interactions/answer/use-answer-command";
import type { AskProps } from "@/interactions/kinds/types";
import { useFresh } from "@/interactions/kinds/use-fresh";
import { type MediaData, nameOf, pictureParam, pictureProblem, readMedia } from "@/interactions/media/media";
import { PictureCard } from "@/interactions/media/PictureCard";
import { Viewer } from "@/interactions/media/Viewer";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";

export function MediaAsk({ item, answer, door, hint }: AskProps) {
  const data = useMemo(() => readMedia(item.data), [item.data]);
  const ids = useMemo(() => data.generations.map((made) => made.id), [data]);
  const draft = useDraft<string[]>(item.interaction_id, []);
  const fresh = useFresh(ids);
  const picked = draft.value.filter((id) => ids.includes(id));
  const [problem, setProblem] = useState<string | null>(null);
  const [viewed, setViewed] = useState<string | null>(null);
  const one = data.max === 1;

  const toggle = (id: string) => {
    setProblem(null);
    answer.reset();
    if (picked.includes(id)) draft.set(picked.filter((other) => other !== id));
    else draft.set(one ? [id] : [...picked, id]);
  };
  const send = () => {
    const found = pictureProblem(data, picked.length);
    setProblem(found);
    if (found === null) answer.send({ selected: picked });
  };
  useAnswerCommand(send);
  useCommands(
    ids.slice(0, 9).map((id, at) => ({
      id: `pick:${at}`,
      title: `Pick picture ${at + 1}`,
      keys: `${at + 1}`,
      keyOnly: true,
      run: () => toggle(id),
    })),
  );
  const variations = item.sub_actions.filter((offer) => !offer.hidden && pictureParam(offer.params_schema));
  const vary = (id: string) =>
    variations.map((offer) => ({
      label: offer.label,
      run: () => {
        setViewed(null);
        door.press(offer, { [pictureParam(offer.params_schema) ?? "image_id"]: id });
      },
    }));
  return (
    <form
      noValidate
      className="@container"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      {ids.length === 0 ? (
        <Empty icon={<ImagePlus aria-hidden />} title="No pictures yet" className="py-8">
          Have some made with the buttons above; they appear here.
        </Empty>
      ) : (
        <fieldset>
          <legend className="mb-2 text-ink-2 text-sm">{askOf(data)}</legend>
          <ul className="grid gap-4 @md:grid-cols-2 @3xl:grid-cols-3">
            {data.generations.map((made, at) => (
              <PictureCard
                key={made.id}
                made={made}
                name={nameOf(data, made.id) ?? ""}
                source={nameOf(data, made.created_from)}
                one={one}
                group={`pictures-${item.interaction_id}`}
                picked={picked.includes(made.id)}
                fresh={fresh.has(made.id)}
                shortcut={at < 9 ? `${at + 1}` : undefined}
                onToggle={() => toggle(made.id)}
                onView={() => setViewed(made.id)}
                actions={vary(made.id)}
              />
            ))}
          </ul>
        </fieldset>
      )}
      <Prompts data={data} />
      <Viewer
        data={data}
        viewed={viewed}
        onView={setViewed}
        picked={picked}
        onToggle={toggle}
        actionsOf={vary}
      />
      <Problems problems={answer.problems} />
      <AnswerBar problem={problem} hint={hint}>
        <Button type="submit" kind="human" size="lg" busy={answer.pending}>
          {goOn(data, picked)}
        </Button>
        {picked.length > 0 && <DraftMark draft={draft} />}
      </AnswerBar>
    </form>
  );
}

/** What pictures are made from. */
function Prompts({ data }: { data: MediaData }) {
  if (data.prompts.length === 0) return null;
  return (
    <details className="mt-5" open={data.generations.length === 0}>
      <summary className="w-fit text-ink-2 text-sm">
        {plural(data.prompts.length, "text")} to make pictures of
      </summary>
      <ol className="mt-2 flex max-w-prose list-decimal flex-col gap-2 pl-5 text-sm">
        {data.prompts.map((item) => (
          <li key={item.index}>{item.prompt}</li>
        ))}
      </ol>
    </details>
  );
}

function askOf({ min, max }: MediaData): string {
  if (max === 1) return min === 0 ? "Pick one, or none" : "Pick one";
  if (max === null) return min === 0 ? "Pick any number" : `Pick at least ${min}`;
  return min === max ? `Pick ${max}` : `Pick ${min} to ${max}`;
}

function goOn(data: MediaData, picked: readonly string[]): string {
  if (picked.length === 0) return "Go on";
  const only = nameOf(data, picked[0]);
  return picked.length === 1 ? `Go on with ${only?.toLowerCase()}` : `Go on with ${picked.length} pictures`;
}
