"""A person at a terminal."""

from collections.abc import Iterator
from typing import Any

from rich.panel import Panel
from rich.text import Text

from backend.cli.client import ApiError, Client
from backend.cli.controls import Control, control_for
from backend.cli.menu import LEAVE, lettered, prepared
from backend.cli.progress import show_progress
from backend.cli.screen import plain, report, short_time
from backend.cli.session import Answer, Leave, SubActionChoice
from backend.cli.sse import Message
from backend.cli.terminal import Misread, Terminal

JsonObject = dict[str, Any]

Reply = Answer | SubActionChoice | Leave

SHOWN_EVENTS = {
    "step_started": ("", "bold"),
    "step_failed": ("✗ ", "red"),
    "module_completed": ("  ✓ ", "green"),
    "module_skipped": ("  - ", "dim"),
    "module_failed": ("  ✗ ", "red"),
    "sub_workflow_started": ("  ↳ ", "cyan"),
    "run_completed": ("✓ run completed", "bold green"),
    "run_failed": ("✗ run failed", "bold red"),
    "run_cancelled": ("run cancelled", "bold yellow"),
}

WAITS = {
    "subworkflow": "a sub-workflow",
    "event": "an event",
    "time": "a time",
    "retry": "the next attempt",
}


class TerminalPerson:
    """Shows a run and asks its questions."""

    def __init__(self, client: Client, terminal: Terminal) -> None:
        self._client = client
        self._terminal = terminal
        self._waited_for: Any = None

    def saw(self, event: JsonObject) -> None:
        mark, style = SHOWN_EVENTS.get(event["event_type"], (None, ""))
        if mark is None:
            return
        name = event.get("module_name") or event.get("step_id") or ""
        error = (event.get("data") or {}).get("error") or {}
        why = f": {error['message']}" if isinstance(error, dict) and error.get("message") else ""
        self._terminal.show(Text.assemble((mark, style), plain(f"{name}{why}")))

    def waits(self, run: JsonObject) -> None:
        wait = run.get("wait") or {}
        if wait == self._waited_for:
            return
        self._waited_for = wait
        self._terminal.say(f"  waiting for {_what(wait)} (Ctrl-C to leave)", "dim")

    def asked(self, question: JsonObject, errors: ApiError | None) -> Reply:
        control = control_for(question, self._client)
        letters = lettered(question["sub_actions"], control.letters)
        if errors is None:
            self._present(question, control, letters)
        if control.asks_by_itself and not letters:
            return Answer(control.read(self._terminal, ""))
        return self._terminal.ask_until(control.hint, lambda typed: self._read(typed, control, letters))

    def _present(self, question: JsonObject, control: Control, letters: dict[str, JsonObject]) -> None:
        self._terminal.show("", Panel(_heading(question), title_align="left", expand=False))
        control.show(self._terminal)
        if control.asks_by_itself and not letters:
            self._terminal.say("Ctrl-C leaves; the run goes on waiting.", "dim")
            return
        for letter, action in letters.items():
            self._terminal.show(Text.assemble("  ", (letter, "bold cyan"), "  ", plain(action["label"])))
        self._terminal.show(Text.assemble("  ", (LEAVE, "bold cyan"), "  Leave; the run goes on waiting"))

    def _read(self, typed: str, control: Control, letters: dict[str, JsonObject]) -> Reply:
        if typed.lower() == LEAVE:
            return Leave.WAITING
        if action := letters.get(typed.lower()):
            choice = prepared(self._terminal, action)
            if choice is None:
                raise Misread("Not started.")
            return choice
        return Answer(control.read(self._terminal, typed))

    def watch(self, choice: SubActionChoice, messages: Iterator[Message]) -> None:
        label = choice.action.get("loading_label") or choice.action["label"]
        last = show_progress(self._terminal.console, label, messages)
        if last is None or last.event == "complete":
            return
        why = last.data.get("message") or last.data.get("reason") or ""
        self._terminal.say(f"{choice.action['label']}: {last.event}. {why}".rstrip(), "yellow")

    def stops_sub_action(self) -> bool:
        return self._terminal.confirm("Stop it?", default=True)

    def told(self, error: ApiError) -> None:
        report(error)

    def leaves(self) -> Leave:
        choices = {"l": Leave.WAITING, "c": Leave.CANCEL, "g": Leave.GO_ON}

        def read(typed: str) -> Leave:
            if typed.lower() not in choices:
                raise Misread("Type l, c or g.")
            return choices[typed.lower()]

        try:
            return self._terminal.ask_until("\nLeave the run as it is [l], cancel it [c], or go on [g]?", read)
        except KeyboardInterrupt:
            return Leave.WAITING


def _what(wait: JsonObject) -> str:
    """What the run waits for; an event's key, as whoever posts it has to name it."""
    reason = wait.get("reason") or ""
    key = f" ({wait['wait_key']})" if reason == "event" else ""
    until = f", until {short_time(wait['until'])}" if wait.get("until") else ""
    return f"{WAITS.get(reason, 'the engine')}{key}{until}"


def _heading(question: JsonObject) -> Text:
    path = [item["workflow_id"] for item in question.get("path") or []]
    trail = plain(f"{' > '.join(path)}\n" if len(path) > 1 else "", "dim")
    prompt = plain(f"\n{question['prompt']}" if question.get("prompt") else "")
    return Text.assemble(trail, plain(question.get("title") or question["module_name"], "bold"), prompt)
