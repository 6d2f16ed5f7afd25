"""Wake-ups inside a process."""

import asyncio

from backend.server.workflow.signals import Signals, wait_for


async def test_subscriber_is_told_of_its_topic_only() -> None:
    signals = Signals()
    with signals.subscribe("a") as of_a, signals.subscribe("b") as of_b:
        signals.publish("a")

        assert (of_a.is_set(), of_b.is_set()) == (True, False)


async def test_every_subscriber_of_a_topic_is_told() -> None:
    signals = Signals()
    with signals.subscribe("a") as one, signals.subscribe("a") as two:
        signals.publish("a")

        assert one.is_set()
        assert two.is_set()


async def test_news_between_reading_and_waiting_is_not_missed() -> None:
    signals = Signals()
    with signals.subscribe("a") as news:
        news.clear()
        signals.publish("a")

        await asyncio.wait_for(news.wait(), 1)


async def test_who_left_is_told_nothing() -> None:
    signals = Signals()
    with signals.subscribe("a") as gone:
        pass

    signals.publish("a")

    assert not gone.is_set()


async def test_leaving_one_subscription_keeps_the_others() -> None:
    signals = Signals()
    with signals.subscribe("a") as stays:
        with signals.subscribe("a"):
            pass
        signals.publish("a")

        assert stays.is_set()


async def test_waiting_ends_when_its_time_is_over() -> None:
    await wait_for(asyncio.Event(), 0.01)


async def test_waiting_ends_at_once_with_news() -> None:
    news = asyncio.Event()
    news.set()

    await asyncio.wait_for(wait_for(news, 60), 1)
