"""Offline pictures: painted by a seeded procedure from the words of a prompt. No model, no key, no network.

The same prompt, seed and size give the same picture.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.server.modules.media.offline.canvas import Canvas
from backend.server.modules.media.offline.city import paint_city
from backend.server.modules.media.offline.finish import finish
from backend.server.modules.media.offline.forest import paint_forest
from backend.server.modules.media.offline.land import paint_desert, paint_field, paint_mountains
from backend.server.modules.media.offline.look import Look, read_look, rng_of
from backend.server.modules.media.offline.palette import Palette, palette_of
from backend.server.modules.media.offline.room import paint_room
from backend.server.modules.media.offline.space import paint_space
from backend.server.modules.media.offline.street import paint_street
from backend.server.modules.media.offline.studio import paint_studio
from backend.server.modules.media.offline.variation import vary
from backend.server.modules.media.offline.water import paint_sea
from backend.server.modules.media.offline.weather import paint_weather

SOFTWARE = "Interlude offline picture generator (procedural, no model)"

PAINTERS: dict[str, Callable[[Canvas, Look, Palette], None]] = {
    "mountains": paint_mountains,
    "sea": paint_sea,
    "city": paint_city,
    "street": paint_street,
    "forest": paint_forest,
    "field": paint_field,
    "desert": paint_desert,
    "room": paint_room,
    "studio": paint_studio,
    "space": paint_space,
}
INDOORS = frozenset(("room", "studio", "space"))


def paint(prompt: str, *, seed: int, width: int, height: int, negative: str = "") -> bytes:
    """A PNG of what the prompt says, as far as its words are known; the seed draws the rest."""
    look = read_look(prompt, seed=seed, negative=negative)
    canvas = Canvas.blank(width, height, rng_of(prompt, seed, "paint"))
    palette = palette_of(look)
    PAINTERS[look.kind](canvas, look, palette)
    paint_weather(canvas, look, palette, indoors=look.kind in INDOORS)
    finish(canvas, look)
    return encode(canvas, {"prompt": prompt, "seed": str(seed)})


def repaint(source: bytes, prompt: str, *, strength: float, seed: int, width: int, height: int) -> bytes:
    """A PNG of a variation of the source picture. Raises OSError when the source is no picture."""
    canvas = vary(source, prompt, strength=strength, seed=seed, size=(width, height))
    return encode(canvas, {"prompt": prompt, "seed": str(seed), "strength": f"{strength:g}"})


def encode(canvas: Canvas, facts: dict[str, str]) -> bytes:
    """PNG bytes that say in their metadata how they were made."""
    notes = PngInfo()
    for key, value in {"Software": SOFTWARE, "provider": "offline", **facts}.items():
        notes.add_itxt(key, value)
    image = Image.fromarray(np.round(np.clip(canvas.pixels, 0, 1) * 255).astype(np.uint8))
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=notes, compress_level=4)
    return file.getvalue()
