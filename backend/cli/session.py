"""A run, followed to its end: its events are shown, its questions answered, its sub-actions started."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

from backend.cli.client import ApiError, Client
from backend.cli.sse import Message
from backend.cli.streams import TERMINAL_STATUSES, SubActionCall, events_after, tail_events

JsonObject = dict[str, Any]

POLL_SECONDS = 0.5

# After one of these the run may stand elsewhere: at a question, at a wait, at its end.
TURNING_POINTS = frozenset({"interaction_requested", "wait_started", "sub_workflow_started", "branch_forked"})


@dataclass(frozen=True, slots=True)
class Answer:
    response: Any


@dataclass(frozen=True, slots=True)
class SubActionChoice:
    action: JsonObject
    params: JsonObject


class Leave(StrEnum):
    """What to do with a run that its person turns away from."""

    WAITING = "waiting"
    CANCEL = "cancel"
    GO_ON = "go_on"


class Person(Protocol):
    """Whoever watches and answers: a terminal, or a script."""

    def saw(self, event: JsonObject) -> None: ...

    def waits(self, run: JsonObject) -> None: ...

    def asked(self, question: JsonObject, errors: ApiError | None) -> Answer | SubActionChoice | Leave:
        """An answer. `errors` says what was wrong with the one before."""
        ...

    def watch(self, choice: SubActionChoice, messages: Iterator[Message]) -> None:
        """Shows a sub-action's messages until they end."""
        ...

    def stops_sub_action(self) -> bool:
        """Asked when the person interrupts one: True cancels it."""
        ...

    def told(self, error: ApiError) -> None: ...

    def leaves(self) -> Leave:
        """Asked when the person interrupts."""
        ...


class Session:
    def __init__(self, client: Client, run_id: str, person: Person) -> None:
        self._client = client
        self._run_id = run_id
        self._person = person
        self._seq = 0

    def play(self) -> JsonObject:
        """The run document as it is at the end, or as it was left.

        Raises:
            NeedsAnswer: there is nobody to answer.
        """
        while True:
            try:
                return self._play()
            except KeyboardInterrupt:
                match self._person.leaves():
                    case Leave.WAITING:
                        return self._run()
                    case Leave.CANCEL:
                        return self._cancel()

    def _play(self) -> JsonObject:
        while True:
            run = self._run()
            self._catch_up()
            if run["status"] in TERMINAL_STATUSES:
                return run
            if question := self._next_question():
                left = self._deal_with(question)
                if left is Leave.WAITING:
                    return self._run()
                if left is Leave.CANCEL:
                    return self._cancel()
            elif run["status"] in ("pending", "processing"):
                self._watch_work()
            else:
                # A child's question is no event of this run, so nothing would tell.
                self._person.waits(run)
                time.sleep(POLL_SECONDS)

    def _run(self) -> JsonObject:
        run: JsonObject = self._client.get(f"/runs/{self._run_id}")
        return run

    def _cancel(self) -> JsonObject:
        try:
            self._client.post(f"/runs/{self._run_id}/cancel", {"reason": "cancelled at the terminal"})
        except ApiError as error:
            self._person.told(error)  # it ended before
        run = self._run()
        self._catch_up()
        return run

    def _catch_up(self) -> None:
        for event in events_after(self._client, self._run_id, self._seq):
            self._see(event)

    def _watch_work(self) -> None:
        for event in tail_events(self._client, self._run_id, self._seq):
            self._see(event)
            if event["event_type"] in TURNING_POINTS:
                return

    def _see(self, event: JsonObject) -> None:
        self._seq = event["seq"]
        self._person.saw(event)

    def _next_question(self) -> JsonObject | None:
        open_ones = self._client.get(f"/runs/{self._run_id}/interactions")["items"]
        return self._fresh(open_ones[0]) if open_ones else None

    def _fresh(self, question: JsonObject) -> JsonObject | None:
        """The question as it is now, or None when it is no longer open."""
        path = f"/runs/{question['workflow_run_id']}/interactions/{question['interaction_id']}"
        now: JsonObject = self._client.get(path)
        return now if now["status"] == "open" else None

    def _deal_with(self, question: JsonObject | None) -> Leave | None:
        """Asks until the question is answered or gone, with sub-actions in between."""
        errors: ApiError | None = None
        while question is not None:
            reply = self._person.asked(question, errors)
            errors = None
            match reply:
                case Answer(response):
                    errors = self._respond(question, response)
                    if errors is None:
                        return None
                case SubActionChoice():
                    self._perform(question, reply)
                case Leave.WAITING | Leave.CANCEL:
                    return reply
            question = self._fresh(question)
        return None

    def _respond(self, question: JsonObject, response: Any) -> ApiError | None:
        path = f"/runs/{question['workflow_run_id']}/interactions/{question['interaction_id']}/respond"
        body = {"response": response, "revision": question["revision"]}
        try:
            self._client.post(path, body, key=uuid4().hex)
        except ApiError as error:
            if error.status not in (409, 422):
                raise
            self._person.told(error)
            return error
        return None

    def _perform(self, question: JsonObject, choice: SubActionChoice) -> None:
        call = SubActionCall(self._client, question, choice.action["id"], choice.params)
        try:
            self._watch(call, choice)
        except ApiError as error:
            if error.status not in (409, 422):
                raise
            self._person.told(error)

    def _watch(self, call: SubActionCall, choice: SubActionChoice) -> None:
        while True:
            try:
                self._person.watch(choice, call.messages())
            except KeyboardInterrupt:
                if self._person.stops_sub_action():
                    call.cancel("stopped at the terminal")
            else:
                return
