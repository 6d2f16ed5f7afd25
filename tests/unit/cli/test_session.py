"""Interruptions and races, with a person who does exactly what the test says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backend.cli.client import ApiError, Client
from backend.cli.connection import Target
from backend.cli.session import Answer, Leave, Session, SubActionChoice
from backend.cli.sse import Message
from tests.fixtures.fake_api import FakeApi, Work
from tests.unit.cli.questions import progress, select, sub_action

Json = dict[str, Any]
Reply = Answer | SubActionChoice | Leave


class Person:
    """Gives its replies in order; KeyboardInterrupt among them is Ctrl-C."""

    def __init__(self, *replies: Reply | type[KeyboardInterrupt] | Callable[[], Reply]) -> None:
        self._replies = list(replies)
        self.at_interrupt = Leave.WAITING
        self.events: list[str] = []
        self.messages: list[str] = []
        self.errors: list[str] = []
        self.interrupts_after: int | None = None

    def saw(self, event: Json) -> None:
        self.events.append(event["event_type"])

    def waits(self, run: Json) -> None:
        raise KeyboardInterrupt

    def asked(self, question: Json, errors: ApiError | None) -> Reply:
        reply = self._replies.pop(0)
        if isinstance(reply, Answer | SubActionChoice | Leave):
            return reply
        result = reply()
        if isinstance(result, KeyboardInterrupt):
            raise result
        return result

    def watch(self, choice: SubActionChoice, messages: Iterator[Message]) -> None:
        for message in messages:
            self.messages.append(message.event)
            if self.interrupts_after == len(self.messages):
                raise KeyboardInterrupt

    def stops_sub_action(self) -> bool:
        return True

    def told(self, error: ApiError) -> None:
        self.errors.append(error.code)

    def leaves(self) -> Leave:
        return self.at_interrupt


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(Target(url, None, chosen=True)) as opened:
        yield opened


def play(client: Client, person: Person) -> Json:
    started = client.post("/workflows/story/run", {"payload": {}})
    return Session(client, started["workflow_run_id"], person).play()


def test_interrupt_leaves_the_run_waiting(api: FakeApi, client: Client) -> None:
    api.questions = [select()]
    assert play(client, Person(KeyboardInterrupt))["status"] == "awaiting_input"


def test_interrupt_cancels_when_the_person_says_so(api: FakeApi, client: Client) -> None:
    api.questions = [select()]
    person = Person(KeyboardInterrupt)
    person.at_interrupt = Leave.CANCEL
    assert play(client, person)["status"] == "cancelled"
    assert person.events[-1] == "run_cancelled"


def test_interrupt_asks_again_when_the_person_goes_on(api: FakeApi, client: Client) -> None:
    api.questions = [select()]
    person = Person(KeyboardInterrupt, Answer({"selected": 0}))
    person.at_interrupt = Leave.GO_ON
    assert play(client, person)["status"] == "completed"
    assert person.events == ["run_created", "interaction_requested", "interaction_responded", "run_completed"]


def test_interrupted_sub_action_is_cancelled_and_followed_to_its_end(api: FakeApi, client: Client) -> None:
    api.questions = [select(sub_actions=[sub_action()])]
    api.work["again"] = Work([("started", {"action_id": "again"}), progress("running")])
    person = Person(SubActionChoice(sub_action(), {}), Answer({"selected": 0}))
    person.interrupts_after = 2
    assert play(client, person)["status"] == "completed"
    assert person.messages == ["started", "progress", "cancelled"]


def test_question_answered_by_somebody_else_is_told_and_the_run_goes_on(api: FakeApi, client: Client) -> None:
    api.questions = [select()]

    def somebody_is_first() -> Reply:
        client.post("/runs/wf_1/interactions/int_wf_1_0/respond", {"response": {"selected": 1}})
        return Answer({"selected": 0})

    person = Person(somebody_is_first)
    assert play(client, person)["output"] == {"ask_select": {"selected": 1}}
    assert person.errors == ["interaction_not_open"]


def test_waiting_run_can_be_left(api: FakeApi, client: Client) -> None:
    run = api.add_run(status="waiting", wait={"reason": "time"})
    assert Session(client, run["workflow_run_id"], Person()).play()["status"] == "waiting"
