import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { jinja2 } from "@codemirror/legacy-modes/mode/jinja2";
import { type Diagnostic, linter } from "@codemirror/lint";
import { EditorState, type Extension, StateEffect } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { cspNonce } from "@/core/csp";
import { cn } from "@/ui/cn";
import { placeOf } from "@/ui/json-place";
import { parseJson } from "@/ui/json-text";

/** Something to say about one place of the JSON. */
export interface CodeMark {
  pointer: string;
  message: string;
  severity: "error" | "warning";
}

export interface CodeHandle {
  /** Shows the place, selects it and goes there. */
  reveal: (place: { pointer: string } | { offset: number }) => void;
}

export interface CodeMirrorProps {
  value: string;
  onChange?: (value: string) => void;
  language?: "json" | "jinja2" | "text";
  label: string;
  readOnly?: boolean;
  /** Tab indents; otherwise it goes to the next control, as everywhere. */
  tabIndents?: boolean;
  invalid?: boolean;
  /** Shown where they are, beside what is no JSON. */
  marks?: readonly CodeMark[] | undefined;
  handle?: Ref<CodeHandle>;
  className?: string;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--ink)", fontWeight: "600" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: [tags.number, tags.operator], color: "var(--machine)" },
  { tag: [tags.bool, tags.null, tags.keyword], color: "var(--nest)" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.attributeName], color: "var(--human-ink)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.8125rem", backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    lineHeight: "1.35rem",
    maxHeight: "var(--code-max, 60dvh)",
    minHeight: "var(--code-min, 6rem)",
  },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ink-3)", border: "none" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklab, var(--focus) 28%, transparent)",
  },
  // In place of pictures, which the content security policy forbids in styles.
  ".cm-lintRange": {
    backgroundImage: "none",
    textDecoration: "underline wavy",
    textUnderlineOffset: "0.2em",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--bad)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--human-ink)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--line)", color: "var(--ink)" },
});

/**
 * Typing over a selection. Left to Chromium it keeps the look of what was there by style attributes, which the content
 * security policy forbids.
 */
const typesOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== "insertText" || event.data === null || event.isComposing) return false;
    if (view.state.readOnly || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** Says that there is something else to mark, though nothing was typed. */
const newMarks = StateEffect.define<null>();
const hasNewMarks = (update: ViewUpdate): boolean =>
  update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(newMarks)));

type Marks = { current: readonly CodeMark[] | undefined };

function diagnosticsOf(view: EditorView, marks: Marks): Diagnostic[] {
  const text = view.state.doc.toString();
  const parsed = text.trim() ? parseJson(text) : { ok: true as const };
  if (!parsed.ok) {
    const from = Math.min(parsed.offset, Math.max(0, text.length - 1));
    return [{ from, to: Math.min(from + 1, text.length), message: parsed.message, severity: "error" }];
  }
  return (marks.current ?? []).map(({ pointer, message, severity }) => ({
    ...placeOf(text, pointer),
    message,
    severity,
  }));
}

function reveal(view: EditorView | null, place: { pointer: string } | { offset: number }): void {
  if (!view) return;
  const { from, to } =
    "offset" in place
      ? { from: place.offset, to: place.offset }
      : placeOf(view.state.doc.toString(), place.pointer);
  const end = view.state.doc.length;
  const selection = { anchor: Math.min(from, end), head: Math.min(to, end) };
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
  view.focus();
}

function languageOf(name: CodeMirrorProps["language"], marks: Marks): Extension {
  if (name === "json")
    return [json(), linter((view) => diagnosticsOf(view, marks), { needsRefresh: hasNewMarks })];
  return name === "jinja2" ? StreamLanguage.define(jinja2) : [];
}

/** CodeMirror itself. Import `CodeEditor`, which loads this when it is shown. */
export default function CodeMirror(props: CodeMirrorProps) {
  const {
    value,
    onChange,
    language = "json",
    label,
    readOnly = false,
    tabIndents = false,
    invalid,
    marks,
    handle,
    className,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(value);
  const told = useRef(marks);
  useImperativeHandle(handle, () => ({ reveal: (place) => reveal(view.current, place) }), []);
  useEffect(() => {
    told.current = marks;
    view.current?.dispatch({ effects: newMarks.of(null) });
  }, [marks]);

  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          cspNonce ? EditorView.cspNonce.of(cspNonce) : [],
          lineNumbers(),
          history(),
          bracketMatching(),
          typesOver,
          keymap.of([...(tabIndents ? [indentWithTab] : []), ...defaultKeymap, ...historyKeymap]),
          languageOf(language, told),
          syntaxHighlighting(colours),
          look,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          // The index also where it can be edited: what scrolls has to have something to focus in it.
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    // Its lines were measured in the font that was there; its own may come later.
    void document.fonts?.ready.then(() => made.requestMeasure());
    return () => {
      first.current = made.state.doc.toString();
      made.destroy();
      view.current = null;
    };
  }, [language, label, readOnly, tabIndents]);

  useEffect(() => {
    const shown = view.current;
    // Only what comes from outside: writing back what was typed would move the cursor.
    if (shown && shown.state.doc.toString() !== value) {
      shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
    }
  }, [value]);

  return (
    <div
      ref={place}
      className={cn(
        "overflow-hidden rounded-md border border-line-strong bg-surface focus-within:border-focus",
        invalid && "border-bad",
        className,
      )}
    />
  );
}
