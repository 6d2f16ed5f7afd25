"""Rain, snow and fog in front of the scene."""

import numpy as np
from PIL import ImageDraw

from backend.server.modules.media.offline.canvas import At, Canvas, blurred, mix, smoothstep
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette


def paint_weather(canvas: Canvas, look: Look, palette: Palette, *, indoors: bool) -> None:
    """What falls or hangs in the air. Behind a window it is the window's business."""
    if indoors:
        return
    if look.wet:
        _rain(canvas, look, palette)
    elif look.weather == "snow":
        _snow(canvas)
    elif look.weather == "fog":
        _fog(canvas, palette)
    if look.season == "autumn":
        _leaves(canvas, ((0.8, 0.42, 0.12), (0.72, 0.25, 0.12), (0.85, 0.65, 0.2)), dark=look.dark)
    elif look.season == "spring" and not look.wet:
        _leaves(canvas, ((0.98, 0.82, 0.87), (1.0, 0.92, 0.94)), dark=look.dark)


def _rain(canvas: Canvas, look: Look, palette: Palette) -> None:
    slant = canvas.uniform(0.004, 0.02) * (3 if look.weather == "storm" else 1)
    for count, length, width, strength in ((520, 0.035, 1, 0.2), (240, 0.07, 2, 0.3), (60, 0.14, 3, 0.32)):
        spots = canvas.rng.random((count, 2))

        def draw(
            pen: ImageDraw.ImageDraw, at: At, spots: np.ndarray = spots, length: float = length, width: int = width
        ) -> None:
            for x, y in spots:
                pen.line(
                    [at(x * 1.1, y * 1.2 - 0.1), at(x * 1.1 - slant * length * 12, y * 1.2 - 0.1 + length)],
                    fill=255,
                    width=width,
                )

        canvas.glow(canvas.shape(draw) * strength, mix(palette.haze, (0.85, 0.92, 1.0), 0.5))
    veil = np.clip(canvas.y * 0.4 + 0.1, 0, 1) * (0.4 + 0.6 * canvas.noise(3, octaves=3))
    canvas.paint(veil.astype(np.float32), palette.haze, 0.16)


def _snow(canvas: Canvas) -> None:
    for count, radius, strength in ((900, 0.0016, 0.7), (320, 0.003, 0.75), (60, 0.008, 0.5)):
        spots = canvas.rng.random((count, 2))

        def draw(pen: ImageDraw.ImageDraw, at: At, spots: np.ndarray = spots, radius: float = radius) -> None:
            for x, y in spots:
                pen.ellipse(
                    [*at(x - radius / canvas.aspect, y - radius), *at(x + radius / canvas.aspect, y + radius)], fill=255
                )

        flakes = canvas.shape(draw)
        canvas.glow((blurred(flakes, 4) if radius > 0.005 else flakes) * strength, (0.96, 0.98, 1.0))


def _fog(canvas: Canvas, palette: Palette) -> None:
    drift = canvas.noise(2.5, octaves=4, stretch=4)
    low = smoothstep(0.25, 0.75, canvas.y * np.ones_like(canvas.x)) * smoothstep(
        1.15, 0.7, canvas.y * np.ones_like(canvas.x)
    )
    canvas.paint(
        np.clip(low * (0.3 + 0.75 * drift), 0, 1).astype(np.float32), mix(palette.haze, palette.light, 0.15), 0.62
    )


def _leaves(canvas: Canvas, colours: tuple[tuple[float, float, float], ...], *, dark: bool) -> None:
    for colour in colours:
        spots = canvas.rng.random((18, 4))

        def draw(pen: ImageDraw.ImageDraw, at: At, spots: np.ndarray = spots) -> None:
            for x, y, size, turn in spots:
                s = 0.003 + 0.006 * size
                dx, dy = np.cos(turn * 6.3), np.sin(turn * 6.3)
                tip = (x + dx * s / canvas.aspect * 1.6, y + dy * s * 1.6)
                pen.polygon(
                    [
                        at(x - dx * s / canvas.aspect, y - dy * s),
                        at(x - dy * s * 0.5 / canvas.aspect, y + dx * s * 0.5),
                        at(*tip),
                        at(x + dy * s * 0.5 / canvas.aspect, y - dx * s * 0.5),
                    ],
                    fill=255,
                )

        canvas.paint(canvas.shape(draw), mix(colour, (0.0, 0.0, 0.0), 0.45 if dark else 0.0), 0.9)
