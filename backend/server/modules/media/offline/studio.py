"""A studio with one object."""

import math

import numpy as np

from backend.server.modules.media.offline.canvas import (
    Canvas,
    Colour,
    Point,
    array,
    blurred,
    mix,
    smoothstep,
)
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette


def paint_studio(canvas: Canvas, look: Look, palette: Palette) -> None:
    """One object on a plinth before a seamless ground, lit from the side."""
    colours = look.colours or _studio_colours(canvas, palette)
    back, body, accent = colours[0], colours[-1], look.accent or colours[len(colours) // 2]
    side = -1 if canvas.chance(0.5) else 1
    floor = 0.74
    down = np.clip(canvas.y, 0, 1)[..., None] * np.ones_like(canvas.x)[..., None]
    shade = array(mix(back, palette.dark, 0.42 if look.dark else 0.16)) * (1 - 0.25 * down)
    canvas.pixels[:] = shade
    canvas.glow(canvas.spot((0.5 + side * -0.25, 0.3), 0.55) * 0.5, mix(palette.light, back, 0.3))
    sweep = smoothstep(floor - 0.05, floor + 0.12, canvas.y * np.ones_like(canvas.x))
    canvas.paint(sweep, mix(back, (1.0, 1.0, 1.0), 0.14 if not look.dark else 0.0), 0.55)
    _disc(canvas, palette, accent, side)
    _plinth(canvas, centre=0.5, top=0.66, low=0.84, half=0.15, colour=mix(back, (1.0, 1.0, 1.0), 0.25), side=side)
    _sphere_set(canvas, look, palette, body=body, accent=accent, side=side, floor=0.66)


def _studio_colours(canvas: Canvas, palette: Palette) -> tuple[Colour, Colour, Colour]:
    sets = (
        ("#d9b8a6", "#b5523b", "#f4e7d3"),
        ("#9fb4b0", "#e2a04a", "#23454b"),
        ("#c9c3d6", "#5b4b8a", "#f2c6a0"),
        ("#e7d9b9", "#3f6b57", "#c9573a"),
    )
    chosen = sets[int(canvas.rng.integers(0, len(sets)))]
    first, second, third = (
        (int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255) for code in chosen
    )
    return first, third, second


def _disc(canvas: Canvas, palette: Palette, accent: Colour, side: int) -> None:
    at = (0.5 - side * 0.07, 0.4)
    disc = smoothstep(0.262, 0.258, np.sqrt(canvas.distance(at)))
    canvas.paint(disc, mix(accent, palette.light, 0.12), 0.9)
    canvas.paint(
        disc * smoothstep(-0.2, 0.3, side * (canvas.x - at[0]) * np.ones_like(canvas.y)), (0.0, 0.0, 0.0), 0.14
    )


def _plinth(canvas: Canvas, *, centre: float, top: float, low: float, half: float, colour: Colour, side: int) -> None:
    shadow = canvas.polygon(
        [
            (centre - half, low),
            (centre + half, low),
            (centre + half + side * 0.3, low + 0.1),
            (centre - half + side * 0.3, low + 0.1),
        ]
    )
    canvas.paint(blurred(shadow, 14), (0.0, 0.0, 0.0), 0.38)
    ellipse = 0.035
    foot = canvas.shape(
        lambda pen, px: pen.ellipse([*px(centre - half, low - ellipse), *px(centre + half, low + ellipse)], fill=255)
    )
    body = np.maximum(canvas.box(centre - half, top, centre + half, low), foot)
    across = np.clip((canvas.x - centre) / half, -1, 1)
    light = 0.72 + 0.42 * np.sqrt(np.clip(1 - (across + side * 0.35) ** 2, 0, 1)) - 0.18 * np.abs(across)
    canvas.paint(
        body, np.clip(array(colour) * light[..., None] * 0.85, 0, 1).astype(np.float32) * np.ones_like(canvas.pixels)
    )
    lid = canvas.shape(
        lambda pen, px: pen.ellipse([*px(centre - half, top - ellipse), *px(centre + half, top + ellipse)], fill=255)
    )
    canvas.paint(lid, mix(colour, (1.0, 1.0, 1.0), 0.2))


def _sphere_set(
    canvas: Canvas, look: Look, palette: Palette, *, body: Colour, accent: Colour, side: int, floor: float
) -> None:
    if "bottle" in look.things or (canvas.chance(0.3) and "cup" not in look.things):
        _vessel(canvas, palette, body=body, side=side, floor=floor)
    else:
        _sphere(canvas, palette, at=(0.5, floor - 0.13), radius=0.14, colour=body, side=side)
    _sphere(canvas, palette, at=(0.5 + side * 0.11, floor - 0.045), radius=0.05, colour=accent, side=side)


def _sphere(canvas: Canvas, palette: Palette, *, at: Point, radius: float, colour: Colour, side: int) -> None:
    canvas.paint(
        canvas.spot((at[0] + side * 0.05, at[1] + radius * 0.98), radius * 0.7)
        * canvas.below(at[1] + radius * 0.7, 0.05),
        (0.0, 0.0, 0.0),
        0.4,
    )
    dx, dy = (canvas.x - at[0]) * canvas.aspect / radius, (canvas.y - at[1]) / radius
    inside = np.clip(1 - dx**2 - dy**2, 0, 1)
    normal = np.sqrt(inside)
    lambert = np.clip(-side * dx * 0.62 - dy * 0.55 + normal * 0.56, 0, 1)
    gleam = np.clip(-side * dx * 0.45 - dy * 0.5 + normal * 0.74, 0, 1) ** 42
    bounce = np.clip(dy * 0.6 + 0.1, 0, 1) * 0.18
    light = (0.2 + 0.85 * lambert + bounce)[..., None]
    shade = np.clip(array(colour) * light + array(palette.light) * (gleam * 0.75)[..., None], 0, 1)
    mask = smoothstep(0.0, 0.035, inside.astype(np.float32))
    canvas.paint(mask, shade.astype(np.float32))


def _vessel(canvas: Canvas, palette: Palette, *, body: Colour, side: int, floor: float) -> None:
    """A vase, turned on a wheel."""
    heights = np.linspace(0, 1, 60)
    belly, neck = canvas.uniform(0.065, 0.09), canvas.uniform(0.018, 0.035)
    radii = (
        neck + (belly - neck) * np.sin(np.clip(heights * 1.05, 0, 1) * math.pi * 0.86) ** 1.6 + 0.02 * (heights > 0.96)
    )
    tops = floor + 0.01 - heights[::-1] * 0.4
    outline = [(0.5 - r, y) for r, y in zip(radii[::-1][::-1], tops, strict=True)] + [
        (0.5 + r, y) for r, y in zip(radii[::-1], tops[::-1], strict=True)
    ]
    mask = canvas.polygon(outline)
    across = np.clip((canvas.x - 0.5) / belly, -1, 1)
    light = 0.3 + 0.85 * np.clip(1 - (across + side * 0.45) ** 2, 0, 1)
    gleam = np.exp(-(((across + side * 0.5) / 0.09) ** 2)) * 0.4
    shade = np.clip(array(body) * light[..., None] + array(palette.light) * gleam[..., None], 0, 1) * np.ones_like(
        canvas.pixels
    )
    canvas.paint(mask, shade.astype(np.float32))
