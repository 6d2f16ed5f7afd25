import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { forkRun } from "@/core/api";
import { plural } from "@/core/format";
import { keys } from "@/core/query";
import { eventPlace, eventWords } from "@/runs/event-words";
import { planFork } from "@/runs/fork-plan";
import { type RunModel, useRunView } from "@/runs/run-model";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error";
import { Field, Input } from "@/ui/field";
import { toast } from "@/ui/toast";

interface ForkDialogProps {
  model: RunModel;
  seq: number;
  onClose: () => void;
}

/** Going on from an earlier event: says what that means before it is done. */
export function ForkDialog({ model, seq: first, onClose }: ForkDialogProps) {
  const { run, events, head, isCurrent } = model;
  const { set } = useRunView();
  const client = useQueryClient();
  const [text, setText] = useState(String(first));
  const [children, setChildren] = useState<"cancel" | "keep">("cancel");
  const seq = Number(text);
  const isValid = Number.isInteger(seq) && seq >= 1 && seq <= head;
  const event = events[seq - 1];
  const plan = useMemo(() => planFork(events, isValid ? seq : head), [events, isValid, seq, head]);
  const fork = useMutation({
    mutationFn: () => forkRun(run.workflow_run_id, { seq, children }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.run(run.workflow_run_id) });
      void client.invalidateQueries({ queryKey: keys.runs });
      set({ at: undefined, branch: undefined, sel: undefined });
      toast.ok("The run goes on, on a new branch", {
        detail: `It shares the first ${plural(seq, "event")}.`,
      });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Fork from here"
      description="The run goes on from an earlier event on a new branch. What happened until now stays as it is."
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            kind="primary"
            busy={fork.isPending}
            disabled={!isValid || !isCurrent}
            onClick={() => fork.mutate()}
          >
            Fork
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <Field
          label={`Go on after event (1 to ${head.toLocaleString("en-GB")})`}
          hint={event && `${eventWords(event.event_type)}${eventPlace(event) && `, ${eventPlace(event)}`}`}
          error={isValid ? undefined : `Type a number from 1 to ${head}.`}
        >
          <Input
            inputMode="numeric"
            value={text}
            onChange={(change) => setText(change.target.value)}
            className="max-w-32"
          />
        </Field>
        {!isCurrent && <p className="text-bad">This branch was left. Only the current one can be forked.</p>}
        <Outcome title="These questions are open again" items={plan.questions} />
        <Outcome
          title={`${plural(plan.again.length, "module")} will run again, models and other services are called again`}
          items={plan.again}
          mono
        />
        {plan.again.length + plan.questions.length === 0 && (
          <p className="text-ink-2">Nothing has to run again: the run goes on with what comes next.</p>
        )}
        {plan.children.length > 0 && (
          <Children
            names={plan.children.map((child) => `${child.workflowId}${child.ended ? " (ended)" : ""}`)}
            value={children}
            onChange={setChildren}
          />
        )}
        {fork.error && <ErrorNote title="The run was not forked" error={fork.error} />}
      </div>
    </Dialog>
  );
}

const SHOWN = 12;

function Outcome({ title, items, mono }: { title: string; items: readonly string[]; mono?: boolean }) {
  if (items.length === 0) return null;
  return (
    <div>
      <p className="font-medium">{title}</p>
      <ul className="mt-1 list-disc pl-5 text-ink-2">
        {items.slice(0, SHOWN).map((item) => (
          <li key={item} className={mono ? "font-mono text-xs leading-6" : undefined}>
            {item}
          </li>
        ))}
        {items.length > SHOWN && <li>and {items.length - SHOWN} more</li>}
      </ul>
    </div>
  );
}

interface ChildrenProps {
  names: readonly string[];
  value: "cancel" | "keep";
  onChange: (value: "cancel" | "keep") => void;
}

function Children({ names, value, onChange }: ChildrenProps) {
  const name = useId();
  const choices = [
    { value: "cancel", label: "Cancel those that still run" },
    { value: "keep", label: "Let them go on" },
  ] as const;
  return (
    <fieldset>
      <legend className="font-medium">{plural(names.length, "child run")} started after this event</legend>
      <p className="mt-1 text-ink-2">{names.slice(0, SHOWN).join(", ")}</p>
      <div className="mt-2 flex flex-col gap-1.5">
        {choices.map((choice) => (
          <label key={choice.value} className="flex min-h-6 items-center gap-2">
            <input
              type="radio"
              name={name}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              className="size-4 accent-(--machine)"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
