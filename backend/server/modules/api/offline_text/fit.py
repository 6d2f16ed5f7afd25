"""Makes a text fit the string keywords of a JSON Schema: format, pattern, lengths."""

import re
from typing import Any

from backend.server.modules.api.offline_text.dice import Dice
from backend.server.modules.api.offline_text.grammar import cut_words

FILL = (
    " One detail more makes it clear.",
    " The rest follows from there.",
    " It holds up at a second look.",
    " Nothing else is needed.",
    " That is enough to begin with.",
)
LIMIT_SAID = re.compile(
    r"(?:at most|max(?:imum)?(?: of)?|up to|no more than|under|not more than)\s+(\d+)\s+(characters|words)", re.I
)


def fit_text(text: str, schema: dict[str, Any], dice: Dice) -> str:
    """The text, or another one of the wanted form, within the schema's keywords as far as this can do it."""
    made = _formatted(schema.get("format"), dice)
    if made is not None:
        text = made
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        text = _matching(text, pattern, dice)
    elif made is None:
        text = _said_limit(text, str(schema.get("description", "")))
    return _sized(text, low=int(schema.get("minLength", 0)), high=schema.get("maxLength"), exact=pattern is not None)


def text_limit(schema: dict[str, Any], usual: int = 60) -> int:
    """Characters that a title may have: by `maxLength`, by the description, else the usual number."""
    said = LIMIT_SAID.search(str(schema.get("description", "")))
    limits = [int(said[1][:6])] if said and said[2].lower() == "characters" else []
    high = schema.get("maxLength")
    limits += [int(high)] if isinstance(high, int | float) else []
    return min([usual, *limits])


def _said_limit(text: str, description: str) -> str:
    """Honours "at most 60 characters" where only the description says so."""
    said = LIMIT_SAID.search(description)
    if not said:
        return text
    number = int(said[1][:6])
    return cut_words(text, number) if said[2].lower() == "characters" else " ".join(text.split()[:number])


def _sized(text: str, *, low: int, high: Any, exact: bool) -> str:
    if exact:
        return text
    at = 0
    while len(text) < low:
        text += FILL[at % len(FILL)] if low - len(text) > 12 or not text else "…"
        at += 1
    if not isinstance(high, int | float) or len(text) <= high:
        return text
    cut = cut_words(text, int(high)) if high > 0 else ""
    return cut if len(cut) >= low else text[: int(high)]


def _formatted(name: Any, dice: Dice) -> str | None:
    day, hour = 1 + dice.number("day") % 28, 8 + dice.number("hour") % 12
    month, minute = 1 + dice.number("month") % 12, (dice.number("minute") % 4) * 15
    date, time = f"2026-{month:02d}-{day:02d}", f"{hour:02d}:{minute:02d}:00Z"
    digits = f"{dice.number('hex a'):016x}{dice.number('hex b'):016x}"
    made = {
        "date": date,
        "time": time,
        "date-time": f"{date}T{time}",
        "email": f"hello{dice.number('mail') % 90 + 10}@example.com",
        "uri": f"https://example.com/{digits[:8]}",
        "url": f"https://example.com/{digits[:8]}",
        "uuid": f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}",
        "hostname": "example.com",
        "ipv4": "192.0.2.10",
        "duration": f"PT{10 + dice.number('seconds') % 50}S",
        "color": f"#{digits[:6]}",
    }
    return made.get(name) if isinstance(name, str) else None


def _matching(text: str, pattern: str, dice: Dice) -> str:
    """The first of some common forms that the pattern accepts; the text itself where none does."""
    token = re.findall(r"[A-Za-z0-9]+", text) or ["item"]
    digits, hexes = f"{dice.number('digits'):020d}"[-12:], f"{dice.number('hex'):016x}"
    slug = "-".join(part.lower() for part in token[:5])
    forms = [
        text,
        slug,
        slug.replace("-", "_"),
        token[0].lower(),
        token[0].upper(),
        token[0].capitalize(),
        "#" + "".join(part.capitalize() for part in token[:2]),
        f"#{hexes[:6]}",
        f"#{hexes[:6].upper()}",
        f"#{token[0].lower()}",
        f"@{slug.replace('-', '')}",
        _formatted("date", dice) or "",
        (_formatted("time", dice) or "")[:5],
        _formatted("uuid", dice) or "",
        _formatted("uri", dice) or "",
        _formatted("email", dice) or "",
        f"v1.{digits[0]}.{digits[1]}",
        f"1.{digits[0]}.{digits[1]}",
        *(
            f"{letters}{joint}{digits[:size]}"
            for letters in ("AB", "ABC", "A")
            for joint in ("-", "")
            for size in (1, 2, 3, 4, 5)
        ),
        *(digits[:size] for size in range(1, 13)),
        *("abcdefghijkl"[:size] for size in range(1, 9)),
        *("ABCDEFGHIJKL"[:size] for size in range(1, 9)),
        hexes,
        hexes[:8],
        "16:9",
        f"{digits[0]}:{digits[1:3]}",
        "en",
        "en-US",
        "$10",
        "10%",
        "10s",
        "",
    ]
    try:
        accepts = re.compile(pattern)
    except re.error:
        return text
    return next((form for form in forms if accepts.search(form)), text)
