"""Finds what must not be in the repository: paths of one machine, package indexes in lock files, silenced checks.

    python tools/check_words.py [FILE ...]     (default: every file that git tracks or would add)

Prints `file:line: what is wrong` and exits with 1 where it finds something.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|root)/|/tmp/(?:probe)\b")
INDEX_ADDRESS = re.compile(
    r"\bregistry\.[a-z0-9-]+\.[a-z]|\bpythonhosted\.org|\bpypi\.org|\"resolved\"\s*:\s*\"\w+://"
    r"|^\s*--(?:extra-)?index-url|^\s*--find-links|^\s*--trusted-host",
    re.IGNORECASE,
)
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)")
CODES = re.compile(r"^(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[\w\-, ]+\])(?P<reason>.*)")

LOCK_NAMES = re.compile(r"(?:^requirements.*\.txt|[.-]lock(?:\.\w+)?|^npm-shrinkwrap\.json)$")


def problems_in(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Line numbers (1, 2, ...) and sentences."""
    locked = bool(LOCK_NAMES.search(path.name))
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield number, "a path that exists on one machine only; make it relative"
        if locked and INDEX_ADDRESS.search(line):
            yield number, "the address of a package index in a lock file; write the lock file without addresses"
        if path.suffix == ".py" and (silenced := SILENCED.search(line)) and not _has_reason(silenced["rest"]):
            yield number, "a check silenced without its code and a reason: say why, or repair it"


def _has_reason(rest: str) -> bool:
    codes = CODES.match(rest)
    return codes is not None and len(re.findall(r"[A-Za-z]{2,}", codes["reason"])) >= 2


def repository_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def read_text(path: Path) -> str | None:
    """The text, or None for a file that is binary or gone."""
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None


def main(arguments: list[str]) -> int:
    paths = [Path(argument) for argument in arguments] or repository_files()
    found = 0
    for path in paths:
        for number, problem in problems_in(path, read_text(path) or ""):
            sys.stdout.write(f"{path}:{number}: {problem}\n")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
