import io
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.server.modules.media.offline import PAINTERS, paint, repaint
from backend.server.modules.media.offline.look import Look, read_look

WIDTH, HEIGHT = 192, 128
KINDS = {
    "mountains": "a mountain lake",
    "sea": "a lighthouse over the ocean",
    "city": "a city skyline",
    "street": "a narrow street with awnings",
    "forest": "a forest clearing",
    "field": "a wheat field",
    "desert": "desert dunes",
    "room": "a corner café",
    "studio": "a bottle on a plinth",
    "space": "a planet in deep space",
}


def painted(prompt: str, *, seed: int = 1, negative: str = "") -> bytes:
    return paint(prompt, seed=seed, width=WIDTH, height=HEIGHT, negative=negative)


def pixels(content: bytes) -> NDArray[np.float64]:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"), np.float64) / 255


def distance(first: bytes, second: bytes) -> float:
    return float(np.abs(pixels(first) - pixels(second)).mean())


def look(prompt: str) -> Look:
    return read_look(prompt, seed=1)


@pytest.mark.parametrize("kind", sorted(PAINTERS))
def test_every_kind_of_scene_is_painted_with_light_and_dark(kind: str) -> None:
    assert look(KINDS[kind]).kind == kind
    picture = pixels(painted(KINDS[kind]))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.std() > 0.05


@pytest.mark.parametrize("weather", ["rain", "snow", "fog", "storm", "overcast", "sunny", "windy"])
@pytest.mark.parametrize("time", ["dawn", "noon", "sunset", "dusk", "night"])
def test_every_time_and_weather_can_be_painted(time: str, weather: str) -> None:
    prompt = f"a street at {time}, {weather}, two people, a bicycle, lanterns"
    assert len(painted(prompt)) > 1000


def test_same_prompt_and_seed_give_the_same_picture() -> None:
    assert painted("a street in rain") == painted("a street in rain")


def test_other_seed_gives_another_picture() -> None:
    assert distance(painted("a street in rain", seed=1), painted("a street in rain", seed=2)) > 0.02


def test_different_prompts_give_clearly_different_pictures() -> None:
    pictures = [painted(prompt) for prompt in KINDS.values()]
    assert min(distance(*pair) for pair in combinations(pictures, 2)) > 0.05


def test_night_is_darker_than_noon() -> None:
    assert pixels(painted("a beach at night")).mean() < pixels(painted("a beach at noon")).mean() * 0.6


def test_black_and_white_has_no_colour() -> None:
    picture = pixels(painted("black-and-white photograph of a street"))
    assert float((picture.max(axis=2) - picture.min(axis=2)).mean()) < 0.06


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a café at dusk in steady rain", {"kind": "room", "time": "dusk", "weather": "rain"}),
        ("a mountain pass in autumn fog, at dawn", {"kind": "mountains", "season": "autumn", "weather": "fog"}),
        ("neon street at midnight", {"kind": "street", "time": "night", "tone": "neon"}),
        ("a warm kitchen at noon", {"tone": "warm", "time": "noon"}),
    ],
)
def test_look_follows_the_words(prompt: str, expected: dict[str, str]) -> None:
    seen = look(prompt)
    assert {name: getattr(seen, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("prompt", "people"),
    [
        ("a street, two friends", 2),
        ("a street, a baker", 1),
        ("a street, a crowd filling the frame", 7),
        ("a street, a baker, otherwise nobody in sight", 1),
        ("a street, no one in sight, one figure", 0),
        ("a street without people", 0),
    ],
)
def test_people_are_counted(prompt: str, people: int) -> None:
    assert look(prompt).people == people


def test_negative_prompt_keeps_things_out() -> None:
    assert "bicycle" not in read_look("a street with a bicycle", seed=1, negative="bicycles, text").things


def test_palette_and_accent_are_read_from_the_prompt() -> None:
    seen = look("a red umbrella in a street, palette of navy, sand and teal, close-up view")
    assert len(seen.colours) == 3
    assert seen.accent is not None
    assert seen.accent[0] > 0.6


def test_file_says_that_it_is_offline() -> None:
    with Image.open(io.BytesIO(painted("the sea"))) as image:
        assert image.format == "PNG"
        assert image.info["provider"] == "offline"
        assert "no model" in image.info["Software"]
        assert image.info["prompt"] == "the sea"


@pytest.mark.parametrize("size", [(64, 64), (65, 130), (300, 64)])
@pytest.mark.parametrize("kind", sorted(PAINTERS))
def test_odd_sizes_are_painted(kind: str, size: tuple[int, int]) -> None:
    content = paint(f"{KINDS[kind]}, two people, at night", seed=3, width=size[0], height=size[1])
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == size


def test_strength_decides_how_far_a_variation_goes() -> None:
    source = painted("a street in the morning")
    slight, strong = (
        repaint(source, "at night", strength=strength, seed=1, width=WIDTH, height=HEIGHT) for strength in (0.1, 1.0)
    )
    assert distance(source, slight) < distance(source, strong)


def test_variation_is_the_same_each_time() -> None:
    source = painted("a street in the morning")
    first, second = (repaint(source, "dusk", strength=0.5, seed=1, width=WIDTH, height=HEIGHT) for _ in range(2))
    assert first == second


def test_variation_of_something_else_than_a_picture_is_an_error() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        repaint(b"no picture", "x", strength=0.5, seed=1, width=WIDTH, height=HEIGHT)
