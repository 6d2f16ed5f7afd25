"""The last touches: colour grade, bloom, vignette, grain."""

import numpy as np

from backend.server.modules.media.offline.canvas import Canvas, Colour, Field, array, as_field, blurred, mix, smoothstep
from backend.server.modules.media.offline.look import Look

LUMA = np.asarray((0.3, 0.59, 0.11), np.float32)


def finish(canvas: Canvas, look: Look) -> None:
    """Pulls the picture together. Strong enough to be seen, not enough to be noticed."""
    _bloom(canvas)
    if look.colours:
        split_tone(
            canvas, shadows=mix(look.colours[0], (0.05, 0.05, 0.08), 0.45), lights=look.colours[-1], strength=0.2
        )
    _tone(canvas, look)
    _curve(canvas)
    vignette(canvas, 0.34 if look.dark else 0.24)
    grain(canvas, 0.016)
    np.clip(canvas.pixels, 0, 1, out=canvas.pixels)


def luminance(pixels: Field) -> Field:
    return np.asarray(pixels @ LUMA, np.float32)


def _bloom(canvas: Canvas) -> None:
    light = luminance(canvas.pixels)
    bright = canvas.pixels * smoothstep(0.62, 1.0, light)[..., None]
    for radius, strength in ((6, 0.22), (28, 0.24)):
        canvas.pixels = 1 - (1 - canvas.pixels) * (1 - np.clip(blurred(bright, radius), 0, 1) * strength)


def split_tone(canvas: Canvas, *, shadows: Colour, lights: Colour, strength: float) -> None:
    """Pulls the dark parts towards one colour and the light ones towards another; keeps the brightness."""
    level = luminance(canvas.pixels)[..., None]
    tint = array(shadows) * (1 - level) + array(lights) * level
    tint = tint * (level / np.maximum(tint @ LUMA, 0.05)[..., None])
    canvas.pixels += (np.clip(tint, 0, 1) - canvas.pixels) * strength


def _tone(canvas: Canvas, look: Look) -> None:
    level = luminance(canvas.pixels)[..., None]
    if look.tone == "mono":
        canvas.pixels = as_field(np.clip(level * array((1.0, 0.985, 0.955)), 0, 1))
    elif look.tone == "warm":
        canvas.pixels *= array((1.07, 1.0, 0.88))
    elif look.tone == "cool":
        canvas.pixels *= array((0.9, 0.99, 1.09))
    elif look.tone == "dark":
        canvas.pixels = as_field(np.clip(canvas.pixels, 0, 1) ** 1.28)
    elif look.tone == "bright":
        canvas.pixels = as_field(np.clip(canvas.pixels, 0, 1) ** 0.8)
    elif look.tone == "colourful":
        canvas.pixels = level + (canvas.pixels - level) * 1.42
    elif look.tone == "pastel":
        canvas.pixels = as_field(0.14 + (level + (canvas.pixels - level) * 0.68) * 0.84)
    elif look.tone == "neon":
        split_tone(canvas, shadows=(0.16, 0.04, 0.3), lights=(0.75, 0.85, 1.0), strength=0.28)
        canvas.pixels = level + (canvas.pixels - level) * 1.3


def _curve(canvas: Canvas) -> None:
    pixels = np.clip(canvas.pixels, 0, 1)
    canvas.pixels = pixels + (pixels * pixels * (3 - 2 * pixels) - pixels) * 0.32


def vignette(canvas: Canvas, strength: float) -> None:
    across, down = (canvas.x - 0.5) * 1.15, (canvas.y - 0.5) * 1.15
    canvas.pixels *= (1 - strength * smoothstep(0.16, 0.85, (across**2 + down**2).astype(np.float32) * 2))[..., None]


def grain(canvas: Canvas, strength: float) -> None:
    noise = canvas.rng.standard_normal((canvas.height, canvas.width), dtype=np.float32)
    canvas.pixels += (noise * strength)[..., None]
