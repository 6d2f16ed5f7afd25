"""Variations of a given picture: another crop, light, weather and palette, as strong as asked."""

import io

import numpy as np
from PIL import Image, ImageOps

from backend.server.modules.media.offline.canvas import Canvas, Colour, Field, array, as_field, mix, rgb, smoothstep
from backend.server.modules.media.offline.finish import finish, luminance, split_tone
from backend.server.modules.media.offline.look import Look, lexicon, named, read_look, rng_of
from backend.server.modules.media.offline.palette import palette_of
from backend.server.modules.media.offline.weather import paint_weather

EXPOSURE = {"night": 0.42, "dusk": 0.62, "dawn": 0.92, "sunset": 0.9, "noon": 1.18, "morning": 1.1, "afternoon": 1.05}
MAX_PIXELS = 40_000_000


def vary(source: bytes, prompt: str, *, strength: float, seed: int, size: tuple[int, int]) -> Canvas:
    """A variation of a picture.

    Args:
        source: an image file.
        prompt: what is wanted now. Its time, weather and colours change the picture; where it has none, the seed does.
        strength: 0 keeps the picture, 1 changes it most.
        size: width and height of the result.

    Raises:
        OSError: the bytes are no picture, or one of more than 40 million pixels.
    """
    rng = rng_of(prompt, seed, "vary")
    canvas = Canvas.blank(*size, rng)
    canvas.pixels[:] = _framed(source, size, rng=rng, strength=strength)
    look = read_look(prompt, seed=seed)
    _ripple(canvas, strength)
    _relight(canvas, look, time=named(prompt, "times"), strength=strength)
    if named(prompt, "weathers"):
        paint_weather(canvas, look, palette_of(look), indoors=False)
    shadows, lights = _tones(canvas, look, said=bool(named(prompt, "times") or named(prompt, "tones")))
    split_tone(canvas, shadows=shadows, lights=lights, strength=0.1 + 0.3 * strength)
    finish(canvas, look)
    return canvas


def _framed(source: bytes, size: tuple[int, int], *, rng: np.random.Generator, strength: float) -> Field:
    """The picture cut a little closer, and sometimes turned over."""
    with Image.open(io.BytesIO(source)) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise OSError(f"it has {opened.width} x {opened.height} pixels, and {MAX_PIXELS:,} are the most")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    image = ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
    zoom = 1 - 0.22 * strength * (0.5 + 0.5 * float(rng.random()))
    wide, high = image.width * zoom, image.height * zoom
    left, top = (image.width - wide) * float(rng.random()), (image.height - high) * float(rng.random())
    image = image.resize(size, Image.Resampling.BICUBIC, box=(left, top, left + wide, top + high))
    if rng.random() < 0.5 * strength:
        image = ImageOps.mirror(image)
    return as_field(np.asarray(image, np.float32) / np.float32(255))


def _ripple(canvas: Canvas, strength: float) -> None:
    """Edges wander a little, so that no two variations lie on each other."""
    reach = 7 * strength * canvas.height / 512
    down = ((canvas.noise(5, octaves=4) - 0.5) * reach).astype(np.int32)
    across = ((canvas.noise(5, octaves=4) - 0.5) * reach).astype(np.int32)
    rows = np.clip(np.arange(canvas.height)[:, None] + down, 0, canvas.height - 1)
    columns = np.clip(np.arange(canvas.width)[None, :] + across, 0, canvas.width - 1)
    canvas.pixels[:] = canvas.pixels[rows, columns]


def _relight(canvas: Canvas, look: Look, *, time: str | None, strength: float) -> None:
    """The light of a time of day over the picture; a soft pool of light where none is named."""
    if time is None:
        at = (canvas.uniform(0.25, 0.75), canvas.uniform(0.2, 0.6))
        canvas.pixels *= (1 - 0.35 * strength * (1 - canvas.spot(at, 0.6)))[..., None]
        canvas.glow(canvas.spot(at, 0.35) * 0.25 * strength, (1.0, 0.93, 0.82))
        return
    palette = palette_of(look)
    sky = smoothstep(0.8, 0.1, canvas.y * np.ones_like(canvas.x))[..., None]
    air = array(palette.sky[2]) + (array(palette.sky[0]) - array(palette.sky[2])) * sky
    level = luminance(canvas.pixels)[..., None]
    lit = np.clip(level * EXPOSURE[time], 0, 1)
    tinted = canvas.pixels * EXPOSURE[time] * 0.5 + air * (0.25 + 0.75 * lit) * lit * 1.15
    if look.dark or time == "sunset":
        canvas.glow(canvas.spot((canvas.uniform(0.3, 0.7), 0.45), 0.4) * 0.3 * strength, palette.light)
    share = 0.35 + 0.6 * strength
    canvas.pixels += (np.clip(tinted, 0, 1) - canvas.pixels) * share


def _tones(canvas: Canvas, look: Look, *, said: bool) -> tuple[Colour, Colour]:
    """Colours for dark and light parts: the prompt's palette, else those of its time, else drawn ones."""
    if look.colours:
        return mix(look.colours[0], (0.05, 0.05, 0.08), 0.4), look.colours[-1]
    if said:
        palette = palette_of(look)
        return palette.sky[0], mix(palette.sky[2], palette.light, 0.5)
    table = lexicon()["colours"]
    first, second = (sorted(table)[int(canvas.rng.integers(0, len(table)))] for _ in range(2))
    return mix(rgb(table[first]), (0.0, 0.0, 0.0), 0.35), mix(rgb(table[second]), (1.0, 1.0, 1.0), 0.35)
