"""Asking a person at a terminal, or whoever writes to standard input in their place."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console, RenderableType
from rich.text import Text

from backend.cli.exits import NeedsAnswer
from backend.cli.screen import out, plain

T = TypeVar("T")
END_OF_TEXT = "."


class Misread(ValueError):
    """What was typed is no answer; the message says what would be."""


class Terminal:
    """Prints to standard output, reads lines from standard input."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or out()
        if sys.stdin.isatty():
            import readline  # noqa: F401 - gives input() the arrow keys and a history

    def show(self, *things: RenderableType) -> None:
        for thing in things:
            self.console.print(thing)

    def say(self, message: str, style: str = "") -> None:
        self.console.print(plain(message, style))

    def ask(self, prompt: str) -> str:
        """One line without surrounding spaces.

        Raises:
            NeedsAnswer: the input has ended.
        """
        self.console.print(plain(prompt, "bold"))
        try:
            return input("> ").strip()
        except EOFError:
            raise NeedsAnswer("The input ended before the question was answered.") from None

    def ask_until(self, prompt: str, read: Callable[[str], T]) -> T:
        """Asks again until `read` takes what was typed; its Misread is shown in between."""
        while True:
            try:
                return read(self.ask(prompt))
            except Misread as error:
                self.say(str(error), "yellow")

    def confirm(self, prompt: str, *, default: bool = False) -> bool:
        answers = {"y": True, "yes": True, "n": False, "no": False, "": default}

        def read(typed: str) -> bool:
            if typed.lower() not in answers:
                raise Misread("Type y or n.")
            return answers[typed.lower()]

        return self.ask_until(f"{prompt} [{'Y/n' if default else 'y/N'}]", read)

    def edit(self, text: str, *, suffix: str = ".txt") -> str:
        """The text as the person leaves it: in $VISUAL or $EDITOR, or typed anew where there is none."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        return _edit_with(shlex.split(editor), text, suffix) if editor else self._typed_anew()

    def _typed_anew(self) -> str:
        self.console.print(Text(f"Type the new text; a line with a single '{END_OF_TEXT}' ends it.", style="bold"))
        lines: list[str] = []
        try:
            while (line := input()) != END_OF_TEXT:
                lines.append(line)
        except EOFError:
            raise NeedsAnswer("The input ended before the text did.") from None
        return "\n".join(lines)


def _edit_with(editor: list[str], text: str, suffix: str) -> str:
    with tempfile.TemporaryDirectory(prefix="interlude-") as folder:
        file = Path(folder) / f"answer{suffix}"
        file.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*editor, str(file)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Misread(f"The editor '{editor[0]}' failed ({error}). Set EDITOR to another one.") from None
        return file.read_text(encoding="utf-8").removesuffix("\n")
