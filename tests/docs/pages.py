"""The pages that people read, taken apart into what can be checked."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/running.md",
    "docs/api.md",
    "docs/modules.md",
    "docs/runtime.md",
    "docs/workflows.md",
    "docs/workflows-research.md",
    "docs/workflows-campaign.md",
)

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and words behind it, and the page and line that it begins at."""

    page: str
    line: int
    info: tuple[str, ...]
    body: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(language: str) -> list[Block]:
    """The blocks of a language on all pages."""
    return [block for page in PAGES for block in _blocks_of(page) if block.info[:1] == (language,)]


def _blocks_of(page: str) -> Iterator[Block]:
    text = text_of(page)
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(page, line, tuple(fence["info"].split()), fence["body"])


def prose_of(page: str) -> str:
    """The page without its blocks."""
    return FENCE.sub("", text_of(page))


def anchors_of(page: str) -> set[str]:
    """What `#...` may name on the page: its headings as GitHub writes them."""
    headings = HEADING.findall(prose_of(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def commands(program: str) -> list[tuple[Block, list[str]]]:
    """The words behind each call of a program in the `sh` blocks, comments left out."""
    found = []
    for block in blocks("sh"):
        for line in block.body.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True) if re.search(rf"(^|[\s/]){program} ", line) else []
            starts = [at for at, word in enumerate(words) if word.rpartition("/")[2] == program]
            if starts:
                found.append((block, words[starts[0] + 1 :]))
    return found
