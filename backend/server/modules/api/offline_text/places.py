"""Where a scene takes place: dealt from the topic's areas, or in the person's own words."""

from backend.server.modules.api.offline_text.bank import Domain, Place, domains, find_cue
from backend.server.modules.api.offline_text.dice import Dice
from backend.server.modules.api.offline_text.grammar import lower_first, with_article
from backend.server.modules.api.offline_text.topic import Topic

PREPOSITIONS = frozenset(("in", "on", "at", "inside", "near", "by", "under", "beside", "along", "across", "before"))
INDOOR = ("room", "kitchen", "café", "cafe", "office", "studio", "hall", "library", "shop", "bar", "house", "museum")
PLAIN_DETAILS = (
    "the background falls away into soft shapes",
    "one thing catches the light before everything else",
    "footsteps and voices come from outside the frame",
    "the ground shows where others have passed",
)


def choose_place(topic: Topic, wanted: str | None, *, deck: Dice, index: int) -> tuple[Domain, Place]:
    """A place and the area that its people come from.

    Args:
        wanted: "on a rooftop", "A corner café"; None deals one of the topic's own.
    """
    if wanted is None:
        near = [(domain, place) for domain in topic.domains for place in domain.places]
        return deck.deal(near, "place", index, text=lambda pair: str(pair[1]))
    known = _known(topic, wanted)
    return known or _made(topic, wanted, deck=deck, index=index)


def _known(topic: Topic, wanted: str) -> tuple[Domain, Place] | None:
    for domain in (*topic.domains, *domains()):
        for place in domain.places:
            if place.name in wanted.lower() or _bare(place.phrase) in wanted.lower():
                return domain, place
    return None


def _made(topic: Topic, wanted: str, *, deck: Dice, index: int) -> tuple[Domain, Place]:
    """A place of the person's own words. What can be seen there comes from the area that the words point to."""
    bare = _bare(lower_first(wanted))
    indoor = find_cue(bare, INDOOR) is not None
    kin = next((domain for domain in domains() if domain.cues & set(bare.split())), None)
    alike = [place for place in kin.places if bare.split()[-1] in str(place).lower().split()] if kin else []
    details = [detail for place in alike for detail in place.details] or list(PLAIN_DETAILS)
    domain = kin or deck.deal(topic.domains, "domain", index, text=lambda area: area.name)
    tags = [tag for place in alike for tag in place.tags]
    made = Place(
        name=bare,
        phrase=_phrase(wanted),
        indoor=indoor,
        gestures=domain.gestures,
        tags=(bare, *(deck.deal(tags, "made tag", index * 2 + at) for at in (0, 1) if tags)),
        details=tuple(deck.deal(details, "made detail", index * 2 + at) for at in (0, 1)),
    )
    return domain, made


def _phrase(wanted: str) -> str:
    text = lower_first(wanted)
    return text if text.split()[0] in PREPOSITIONS else f"in {with_article(text)}"


def _bare(phrase: str) -> str:
    """'in a harbour' -> 'harbour'."""
    parts = phrase.split()
    while len(parts) > 1 and parts[0].lower() in PREPOSITIONS | {"the", "a", "an", "front", "of"}:
        parts = parts[1:]
    return " ".join(parts)
