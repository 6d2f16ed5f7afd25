"""A skyline over water or roofs."""

import math

import numpy as np
from PIL import ImageDraw

from backend.server.modules.media.offline.canvas import (
    At,
    Canvas,
    array,
    blurred,
    mix,
)
from backend.server.modules.media.offline.land import extras
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette
from backend.server.modules.media.offline.sky import paint_sky
from backend.server.modules.media.offline.water import mirror

WINDOW_LIGHTS = ((1.0, 0.82, 0.5), (1.0, 0.9, 0.7), (0.98, 0.7, 0.4), (0.75, 0.88, 1.0))


def paint_city(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Rows of towers, paler with distance, above water or roofs."""
    horizon = canvas.uniform(0.62, 0.7)
    sun = paint_sky(canvas, look, palette, horizon=horizon)
    for share in (0.0, 0.35, 0.7, 1.0) if not look.minimal else (0.2, 0.8):
        _towers(canvas, look, palette, horizon=horizon, share=share)
    if "water" in look.things or (canvas.chance(0.65) and not look.people and "bicycle" not in look.things):
        mirror(canvas, look, palette, line=horizon + 0.02, sun=sun, rough=0.7)
        return
    _roofs(canvas, palette)
    extras(canvas, look, palette, floor=0.86, size=0.16)


def _towers(canvas: Canvas, look: Look, palette: Palette, *, horizon: float, share: float) -> None:
    """One row of buildings: `share` 0 is the farthest."""
    boxes, x = [], -0.03
    while x < 1.0:
        width = canvas.uniform(0.025, 0.07) * (0.7 + 0.7 * share)
        hill = math.exp(-(((x - 0.5) / 0.32) ** 2))
        tall = canvas.uniform(0.07, 0.2) + canvas.uniform(0, 0.34) * hill * (1 - 0.35 * share)
        boxes.append((x, horizon + 0.03 - tall, x + width, canvas.chance(0.25)))
        x += width * canvas.uniform(0.92, 1.3)
    body = mix(mix(palette.haze, palette.sky[1], 0.35), mix(palette.dark, palette.sky[1], 0.12), 0.25 + 0.7 * share)
    mask = canvas.shape(lambda pen, at: _draw_towers(pen, at, boxes))
    fade = np.clip((canvas.y - horizon + 0.35) / 0.4, 0, 1)[..., None] * (0.45 - 0.3 * share)
    shade = array(body) + (array(palette.haze) - array(body)) * fade
    canvas.paint(mask, (shade * np.ones_like(canvas.x)[..., None]).astype(np.float32))
    _windows(canvas, palette, boxes=boxes, low=horizon + 0.02 + 0.2 * share, share=share)


def _draw_towers(pen: ImageDraw.ImageDraw, at: At, boxes: list[tuple[float, float, float, bool]]) -> None:
    for left, top, right, mast in boxes:
        pen.rectangle([*at(left, top), *at(right, 1.0)], fill=255)
        if mast:
            middle = (left + right) / 2
            pen.rectangle(
                [*at(left + (right - left) * 0.25, top - 0.018), *at(right - (right - left) * 0.25, top)], fill=255
            )
            pen.line([at(middle, top - 0.07), at(middle, top)], fill=255, width=2)


def _windows(
    canvas: Canvas, palette: Palette, *, boxes: list[tuple[float, float, float, bool]], low: float, share: float
) -> None:
    """Lit windows at night, a faint grid by day."""
    step = 0.0105 + 0.005 * share
    lamps = palette.lamps
    lit = canvas.rng.random(40000)
    warm = canvas.rng.integers(0, 2, 40000)
    for colour_at in (0, 1):

        def draw(pen: ImageDraw.ImageDraw, at: At, colour_at: int = colour_at) -> None:
            index = 0
            for left, top, right, _ in boxes:
                for y in np.arange(top + step, low, step * 1.5):
                    for x in np.arange(left + step * 0.45, right - step * 0.5, step * 0.95):
                        index = (index + 1) % 40000
                        if warm[index] == colour_at and lit[index] < 0.16 + 0.3 * lamps:
                            pen.rectangle([*at(x, y), *at(x + step * 0.42, y + step * 0.62)], fill=255)

        mask = canvas.shape(draw)
        if lamps > 0.2:
            tone = WINDOW_LIGHTS[0] if colour_at else WINDOW_LIGHTS[1]
            canvas.glow(mask * (0.35 + 0.6 * lamps * (0.5 + 0.5 * share)), tone)
            canvas.glow(blurred(mask, 7) * 0.5 * lamps, tone)
        else:
            canvas.paint(
                mask, palette.sky[0] if colour_at else mix(palette.light, palette.sky[2], 0.5), 0.22 + 0.15 * share
            )


def _roofs(canvas: Canvas, palette: Palette) -> None:
    """Flat roofs in front, with tanks, chimneys and a parapet."""
    ink = mix(palette.dark, palette.ground, 0.15)

    def draw(pen: ImageDraw.ImageDraw, at: At) -> None:
        x = -0.05
        while x < 1.05:
            width, top = canvas.uniform(0.16, 0.3), canvas.uniform(0.78, 0.88)
            pen.rectangle([*at(x, top), *at(x + width, 1.02)], fill=255)
            pen.rectangle([*at(x - 0.005, top - 0.012), *at(x + width + 0.005, top)], fill=255)
            for _ in range(round(canvas.uniform(1, 3))):
                spot, tall = x + canvas.uniform(0.02, width - 0.03), canvas.uniform(0.03, 0.09)
                pen.rectangle([*at(spot, top - tall), *at(spot + canvas.uniform(0.008, 0.03), top)], fill=255)
            pen.line([at(x + width * 0.7, top - 0.15), at(x + width * 0.7, top)], fill=255, width=2)
            x += width * canvas.uniform(0.9, 1.05)

    mask = canvas.shape(draw)
    texture = 1 + (canvas.noise(12, octaves=4)[..., None] - 0.5) * 0.5
    canvas.paint(mask, np.clip(array(ink) * texture, 0, 1).astype(np.float32))
