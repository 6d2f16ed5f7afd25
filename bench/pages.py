"""The pages in Chromium, on a real server: how soon they show something; what long logs and big graphs cost."""

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from statistics import quantiles
from time import perf_counter

import httpx
from playwright.async_api import BrowserContext, ViewportSize, async_playwright

from bench.harness import in_turns
from bench.long_run import long_runs
from bench.page_scripts import FIRST_PAINT, SCROLL, TO_THE_END
from bench.place import Place
from bench.rows import Rounds, Row, Target
from bench.server import served

Address = tuple[str, str]
"""Of a page, and what tells that it shows something."""

OPTION, TREE_ITEM, MODULE = "[role=option]", "[role=treeitem]", ".react-flow__node-module"
SHORT, LONG = 100, 50_000
SMALL, BIG = 5, 500
MODULES_A_STEP = 10
SLOWED = 4
"""How many times slower the processor is made for the first paint: a phone of the middle class."""

ROUNDS = 5
PATIENCE_MS = 120_000
WINDOW = ViewportSize(width=1440, height=900)
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--no-sandbox"]
"""Only pages of this very machine are opened, so the sandbox, which root cannot have, is not missed."""


async def measure(place: Place) -> list[Row]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("There is no Chromium, so the pages are left out: apt-get install chromium", file=sys.stderr)
        return []
    name = place.database_name()
    short, long = (f"/runs/{parent.run_id}" for parent in (await long_runs(place, name, (SHORT, LONG))).values())
    database = {"MONGODB_URI": place.mongod.uri, "INTERLUDE_MONGODB_DATABASE": name}
    async with served(place.folder / "pages", **database) as server, _browser(chromium, server.url) as browser:
        small, big = [await _graph_of(server.url, modules) for modules in (SMALL, BIG)]

        rounds = 2 if place.quick else ROUNDS

        async def against(ours: Address, bare: Address) -> Rounds:
            return await in_turns(partial(_first, browser, *ours), partial(_first, browser, *bare), rounds=rounds)

        paint = await in_turns(partial(_paint, browser, "/inbox"), partial(_paint, browser, "/readyz"), rounds=rounds)
        events = await against((f"{long}?tab=events", OPTION), (f"{short}?tab=events", OPTION))
        trace = await against((long, TREE_ITEM), (short, TREE_ITEM))
        graph = await against((big, MODULE), (small, MODULE))
        return [
            paint.row(
                f"first paint, processor {SLOWED} times slower", "ms", against="a line of text", target=_at(1500)
            ),
            events.row("first of 50,000 events", "ms", against="of 100", target=_at(2500)),
            *await _list(browser, f"{long}?tab=events", OPTION, "50,000 events"),
            trace.row("first row of the trace of 50,000 events", "ms", against="of 100", target=_at(2500)),
            *await _list(browser, long, TREE_ITEM, "trace of 50,000 events"),
            graph.row("graph of 500 modules", "ms", against="of 5", target=_at(3000)),
        ]


def _at(bound: float) -> Target:
    return Target(must=bound, of_ours=True)


@asynccontextmanager
async def _browser(chromium: str, url: str) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context(base_url=url, viewport=WINDOW)
        context.set_default_timeout(PATIENCE_MS)
        yield context
        await browser.close()


async def _graph_of(url: str, modules: int) -> str:
    """Saves a workflow of so many modules. Gives the address of its page."""
    workflow_id = f"bench_{modules}"
    inputs = {"values": {"done": True}}
    parts = [{"module_id": "core.set", "name": f"part_{number}", "inputs": inputs} for number in range(modules)]
    steps = [
        {"step_id": f"step_{at}", "modules": parts[at : at + MODULES_A_STEP]}
        for at in range(0, modules, MODULES_A_STEP)
    ]
    definition = {"workflow_id": workflow_id, "name": f"{modules} modules", "steps": steps}
    async with httpx.AsyncClient(base_url=url) as client:
        (await client.put(f"/api/v1/workflows/{workflow_id}", json=definition)).raise_for_status()
    return f"/workflows/{workflow_id}"


async def _paint(context: BrowserContext, address: str) -> float:
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    await page.goto(address)
    painted = float(await page.evaluate(FIRST_PAINT))
    await page.close()
    return painted


async def _first(context: BrowserContext, address: str, selector: str) -> float:
    """Milliseconds from the call of the page to the first of what it is there to show."""
    page = await context.new_page()
    began = perf_counter()
    await page.goto(address, wait_until="commit")
    await page.locator(selector).first.wait_for()
    seconds = perf_counter() - began
    await page.close()
    return seconds * 1000


async def _list(context: BrowserContext, address: str, selector: str, name: str) -> list[Row]:
    """Scrolling through all of it, the key to its end, and how much of it is in the page meanwhile."""
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_text("50,000 events", exact=True).first.wait_for()
    frames = [float(frame) for frame in await page.evaluate(SCROLL, selector)]
    shown = await page.locator(selector).count()
    to_the_end = float(await page.evaluate(TO_THE_END, selector))
    await page.close()
    return [
        Row(measure=f"{name}: scrolling, p95 of a frame", unit="ms", ours=quantiles(frames, n=20)[-1], target=_at(20)),
        Row(measure=f"{name}: to the end", unit="ms", ours=to_the_end, target=_at(100)),
        Row(measure=f"{name}: rows in the page", unit="rows", ours=shown, target=_at(60)),
    ]
