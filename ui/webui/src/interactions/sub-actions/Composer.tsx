import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { ApiError } from "@/core/errors";
import type { Interaction, JsonObject, SubAction } from "@/core/types";
import { SchemaForm } from "@/forms/SchemaForm";
import { forgetDraft, useDraft } from "@/interactions/answer/draft";
import { pictureParam, readMedia, withoutParam } from "@/interactions/media/media";
import { PictureChoice } from "@/interactions/media/PictureChoice";
import { earlierFeedback } from "@/interactions/sub-actions/activity";
import { Feedback } from "@/interactions/sub-actions/Feedback";
import { FocusFirst } from "@/interactions/sub-actions/FocusFirst";
import { type Asked, takesFeedback } from "@/interactions/sub-actions/use-door";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error";
import { Keys } from "@/ui/kbd";

interface ComposerProps {
  item: Interaction;
  asked: Asked;
  records: readonly SubAction[];
  /** Resolves when it has begun. Raises ApiError with the fields that are wrong. */
  onGo: (params: JsonObject) => Promise<void>;
  onClose: () => void;
}

/** What a sub-action wants to know first: its params, and what should be different. The question stays in sight. */
export function Composer({ item, asked, records, onGo, onClose }: ComposerProps) {
  const { offer, preset } = asked;
  const draftId = `${item.interaction_id}.${offer.id}`;
  const words = useDraft(draftId, String(preset.feedback ?? ""));
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const picks = item.kind === "media" ? pictureParam(offer.params_schema) : null;
  const media = picks ? readMedia(item.data) : null;
  const [picture, setPicture] = useState(
    () => (picks && (preset[picks] as string | undefined)) || media?.generations.at(-1)?.id || null,
  );
  const [start] = useState(() => valuesOf(preset, picks));
  const withFeedback = takesFeedback(offer);

  const go = async (values: JsonObject) => {
    if (busy) return;
    setBusy(true);
    const params: JsonObject = { ...values };
    if (picks && picture) params[picks] = picture;
    if (withFeedback && words.value.trim()) params.feedback = words.value.trim();
    try {
      await onGo(params);
      forgetDraft(draftId);
    } catch (error) {
      setFailure(error instanceof ApiError ? error : null);
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (event.key === "Escape") onClose();
    else if (isSend) box.current?.querySelector("form")?.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const schema =
    offer.params_schema && picks ? withoutParam(offer.params_schema, picks) : offer.params_schema;
  const hasFields = Object.keys((schema?.properties ?? {}) as JsonObject).length > 0;
  const content = (
    <div className="flex max-w-2xl flex-col gap-4">
      {withFeedback && (
        <Feedback
          prompt={offer.feedback?.prompt || "What should be different?"}
          value={words.value}
          onChange={words.set}
          earlier={earlierFeedback(records.filter((record) => record.action_id === offer.id))}
          error={failure?.fields.find((field) => field.pointer === "/feedback")?.message}
        />
      )}
      {failure && <ErrorNote title={`“${offer.label}” was not started`} error={failure} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" busy={busy}>
          {offer.label}
          <span className="max-md:hidden">
            <Keys keys="mod+Enter" inverse />
          </span>
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
      <FocusFirst within={box} />
    </div>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the form inside
    <div
      ref={box}
      onKeyDown={onKeyDown}
      className="flex flex-col gap-4 rounded-md border border-machine/30 bg-machine-soft p-4"
    >
      <p className="font-semibold">{offer.label}</p>
      {offer.confirm && <p className="text-sm">{offer.confirm}</p>}
      {media && <PictureChoice data={media} value={picture} onChange={setPicture} />}
      {schema && hasFields ? (
        <SchemaForm
          schema={schema}
          value={start}
          onSubmit={(values) => void go(values as JsonObject)}
          problems={failure?.fields}
          idPrefix={`params-${offer.id}`}
        >
          {content}
        </SchemaForm>
      ) : (
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            void go(start);
          }}
        >
          {content}
        </form>
      )}
    </div>
  );
}

/** What the form begins with; feedback and picture have controls of their own. */
function valuesOf(preset: JsonObject, picks: string | null): JsonObject {
  const { feedback: _, ...rest } = preset;
  if (picks) delete rest[picks];
  return rest;
}
