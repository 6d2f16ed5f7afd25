"""Answers from a file, and output for programs: one JSON document a line."""

import sys
from collections.abc import Iterator
from typing import Any

from backend.cli.client import ApiError
from backend.cli.exits import NeedsAnswer, WrongUsage
from backend.cli.payload import read_json_file
from backend.cli.screen import print_json
from backend.cli.session import Answer, Leave, Person, SubActionChoice
from backend.cli.sse import Message

JsonObject = dict[str, Any]


class Answers:
    """Responses by module name. A list of answers (`{"answers": [...]}`) is used up in its order."""

    def __init__(self, path: str) -> None:
        document = read_json_file(path, "--answers")
        if not isinstance(document, dict):
            raise WrongUsage('--answers: the file must hold an object like {"module_name": {...response...}}.')
        self._by_module = document

    def find(self, module_name: str) -> Any:
        """The next response for the module, or None."""
        value = self._by_module.get(module_name)
        if isinstance(value, dict) and set(value) == {"answers"} and isinstance(value["answers"], list):
            return value["answers"].pop(0) if value["answers"] else None
        return value


class ScriptedPerson:
    """Answers what the file answers and leaves the rest to somebody else."""

    def __init__(self, answers: Answers, otherwise: Person) -> None:
        self._answers = answers
        self._otherwise = otherwise
        self.saw = otherwise.saw
        self.waits = otherwise.waits
        self.watch = otherwise.watch
        self.stops_sub_action = otherwise.stops_sub_action
        self.told = otherwise.told
        self.leaves = otherwise.leaves

    def asked(self, question: JsonObject, errors: ApiError | None) -> Answer | SubActionChoice | Leave:
        if errors is not None and errors.status == 422:
            raise errors  # the file would say the same again
        response = self._answers.find(question["module_name"])
        return self._otherwise.asked(question, errors) if response is None else Answer(response)


class JsonPerson:
    """Prints everything for a program, which is never asked."""

    def saw(self, event: JsonObject) -> None:
        print_json({"type": "event", **event})

    def waits(self, run: JsonObject) -> None:
        """The wait was an event."""

    def asked(self, question: JsonObject, errors: ApiError | None) -> Answer | SubActionChoice | Leave:
        print_json({"type": "question", **question})
        raise NeedsAnswer(
            f"The run waits for an answer to '{question['module_name']}'. "
            f"Give it in --answers, or go on with 'interlude runs resume {question['workflow_run_id']}'."
        )

    def watch(self, choice: SubActionChoice, messages: Iterator[Message]) -> None:
        for message in messages:
            print_json({"type": "sub_action", "event": message.event, **message.data})

    def stops_sub_action(self) -> bool:
        return True

    def told(self, error: ApiError) -> None:
        print_json({"type": "refused", "code": error.code, "detail": error.message})

    def leaves(self) -> Leave:
        sys.stderr.write("Left as it is.\n")
        return Leave.WAITING
