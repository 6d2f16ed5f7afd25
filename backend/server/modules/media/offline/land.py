"""Scenes under an open sky: mountains, fields, deserts."""

import numpy as np

from backend.server.modules.media.offline.canvas import Canvas, Colour, Field, Point, array, as_field, mix, smoothstep
from backend.server.modules.media.offline.figures import (
    bicycle,
    birds,
    lantern_string,
    pines,
    put_person,
    round_tree,
)
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette
from backend.server.modules.media.offline.sky import paint_sky
from backend.server.modules.media.offline.water import mirror, moor_boats

SNOW_LIGHT = (0.94, 0.96, 1.0)


def paint_mountains(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Ranges behind each other, paler with distance; often a lake at their feet."""
    horizon = canvas.uniform(0.6, 0.7)
    sun = paint_sky(canvas, look, palette, horizon=horizon)
    layers = 3 if look.minimal else 5
    for layer in range(layers):
        _range(canvas, look, palette, sun=sun, horizon=horizon, share=layer / (layers - 1))
    if canvas.chance(0.6) or look.things & {"boat", "water"}:
        shore = horizon + 0.035
        if "boat" in look.things:
            moor_boats(canvas, look, palette, horizon=shore)
        canvas.paint(_mist(canvas, shore), palette.haze, 0.55)
        mirror(canvas, look, palette, line=shore, sun=sun)
    else:
        meadow = horizon + 0.06 + 0.05 * canvas.ridge(2, octaves=3)
        ground(canvas, look, palette, line=meadow)
    bank = 0.9 + 0.08 * canvas.ridge(2, octaves=4)
    if not look.minimal:
        trees = pines(canvas, bank, count=round(canvas.uniform(9, 22)), height=canvas.uniform(0.22, 0.34))
        canvas.paint(np.maximum(trees, canvas.below(bank)), mix(palette.dark, palette.ground, 0.12))
    extras(canvas, look, palette, floor=0.93, size=0.13)


def _range(canvas: Canvas, look: Look, palette: Palette, *, sun: Point, horizon: float, share: float) -> None:
    """One range: `share` 0 is the farthest. Sides that face the light are brighter, high ones hold snow."""
    tall = (0.4 - 0.24 * share) * canvas.uniform(0.85, 1.15)
    peaks = canvas.ridge(2.2 + share * 2, octaves=7, roughness=0.52, sharp=True)
    line = horizon + 0.02 + 0.03 * share - tall * smoothstep(0.15, 1.0, peaks)
    far = mix(palette.haze, palette.sky[1], 0.4)
    near = mix(palette.dark, palette.ground, 0.25)
    body = mix(far, near, share**1.3 * 0.92)
    mask = canvas.below(line, 0.004)
    slope = np.gradient(line) * canvas.width * 0.35
    facing = np.clip(0.5 + slope * (1 if sun[0] < 0.5 else -1), 0, 1)[None, :]
    depth = np.clip((canvas.y - line[None, :]) / 0.3, 0, 1)
    rock = canvas.noise(9, octaves=5, roughness=0.6)
    lit = np.clip(facing * 0.5 + (rock - 0.5) * 1.2 + 0.35, 0, 1) * (1 - depth * 0.6)
    shade = (
        array(body) + (array(mix(body, palette.light, 0.42)) - array(body)) * (lit * (0.75 - 0.35 * share))[..., None]
    )
    canvas.paint(mask, shade.astype(np.float32))
    if share < 0.6 and (look.weather == "snow" or look.season == "winter" or canvas.chance(0.6)):
        reach = 0.16 if look.weather == "snow" or look.season == "winter" else 0.08
        cap = mask * smoothstep(reach, 0.0, (canvas.y - line[None, :]) + (rock - 0.5) * 0.16)
        canvas.paint(
            cap,
            mix(mix(palette.haze, SNOW_LIGHT, 0.55), palette.light, 0.3),
            (0.85 - share * 0.5) * (0.5 if look.time == "night" else 1),
        )
    canvas.paint(mask * smoothstep(-0.02, 0.22, canvas.y - line[None, :]) * (1 - share), palette.haze, 0.55)


def _mist(canvas: Canvas, line: float) -> Field:
    band = np.exp(-(((canvas.y - line) / 0.05) ** 2)) * (0.4 + 0.9 * canvas.noise(4, octaves=3, stretch=5))
    return as_field(np.clip(band, 0, 1))


def ground(canvas: Canvas, look: Look, palette: Palette, *, line: Field, colour: Colour | None = None) -> None:
    """Earth below a line: darker towards the viewer, rougher, too."""
    base = colour or palette.ground
    depth = np.clip((canvas.y - line[None, :]) / 0.4, 0, 1)
    coarse = canvas.noise(7, octaves=5, stretch=4)
    fine = canvas.noise(60, octaves=2, stretch=0.5)
    level = 0.86 + (coarse - 0.5) * 0.5 + (fine - 0.5) * 0.35 * depth - depth * 0.45
    far = mix(base, palette.haze, 0.5)
    shade = array(far) + (array(base) - array(far)) * np.clip(depth * 1.6, 0, 1)[..., None]
    light = 0.42 if look.time == "night" else 0.7 if look.time == "dusk" else 1.0
    canvas.paint(canvas.below(line), np.clip(shade * level[..., None] * light, 0, 1).astype(np.float32))


def paint_field(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Rolling land to a far horizon: rows or grass, flowers where they are named, one tree."""
    horizon = canvas.uniform(0.46, 0.58)
    sun = paint_sky(canvas, look, palette, horizon=horizon)
    for share in (0.0, 0.4, 0.8):
        line = horizon + share * 0.06 - (0.09 - 0.05 * share) * canvas.ridge(2 + share * 2, octaves=4)
        canvas.paint(
            canvas.below(line, 0.004),
            mix(mix(palette.haze, palette.sky[1], 0.3), mix(palette.ground, palette.dark, 0.45), 0.25 + share * 0.5),
        )
    line = horizon + 0.05 + 0.03 * canvas.ridge(1.5, octaves=2)
    ground(canvas, look, palette, line=line)
    _rows(canvas, look, palette, line=line)
    if "flowers" in look.things or look.season == "spring":
        _flowers(canvas, look, palette, horizon=horizon)
    canvas.glow(
        canvas.below(line) * canvas.spot((sun[0], horizon + 0.1), 0.5) * (0.1 if look.dark else 0.22), palette.light
    )
    if not look.minimal or "tree" in look.things:
        _lone_tree(canvas, look, palette, foot=(canvas.uniform(0.18, 0.82), horizon + canvas.uniform(0.09, 0.16)))
    extras(canvas, look, palette, floor=0.86, size=0.17)


def _rows(canvas: Canvas, look: Look, palette: Palette, *, line: Field) -> None:
    """Furrows that run to one point, and blades against the light in front."""
    depth = np.clip((canvas.y - line[None, :]) / 0.45, 0.004, 1)
    vanish = canvas.uniform(0.3, 0.7)
    across = (canvas.x - vanish) / (depth + 0.05)
    waves = np.sin(across * canvas.uniform(22, 40) + (canvas.noise(3, octaves=2) - 0.5) * 2)
    stripes = canvas.below(line) * smoothstep(0.1, 0.9, waves.astype(np.float32)) * np.clip(depth * 3, 0, 1)
    canvas.paint(stripes, mix(palette.dark, palette.ground, 0.4), 0.4)
    blades = canvas.noise(9, octaves=6, stretch=0.1, roughness=0.75)
    tops = smoothstep(0.56, 0.66, blades) * smoothstep(0.62, 1.0, canvas.y * np.ones_like(blades))
    canvas.paint(
        tops,
        mix(palette.light, palette.ground, 0.55) if not look.dark else mix(palette.dark, palette.ground, 0.4),
        0.45,
    )


def _flowers(canvas: Canvas, look: Look, palette: Palette, *, horizon: float) -> None:
    colours = look.colours or ((0.86, 0.24, 0.22), (0.93, 0.8, 0.35), (0.62, 0.5, 0.82))
    drift = canvas.noise(3, octaves=3, stretch=3)
    for colour in colours:
        dots = np.zeros((canvas.height, canvas.width), np.float32)
        for share, radius in ((0.25, 1), (0.5, 2), (0.85, 3)):
            rows = np.exp(-(((canvas.y - horizon - 0.06 - share * 0.42) / 0.1) ** 2))
            seeds = (
                canvas.rng.random(dots.shape, dtype=np.float32)
                > 1 - 0.02 * rows * smoothstep(0.35, 0.65, drift) / radius**1.2
            )
            dots = np.maximum(dots, _grown(seeds.astype(np.float32), radius))
        canvas.paint(np.clip(dots, 0, 1), mix(colour, palette.dark, 0.45 if look.dark else 0.0), 0.9)


def _grown(points: Field, radius: int) -> Field:
    grown = points.copy()
    for step in range(1, radius + 1):
        for shift, axis in ((step, 0), (-step, 0), (step, 1), (-step, 1)):
            grown = np.maximum(grown, np.roll(points, shift, axis))
    return grown


def _lone_tree(canvas: Canvas, look: Look, palette: Palette, *, foot: Point) -> None:
    bare = look.season == "winter" or look.weather == "snow"
    wood, crown = round_tree(canvas, foot, canvas.uniform(0.28, 0.42), bare=bare)
    leaf = {"autumn": (0.72, 0.36, 0.12), "spring": (0.93, 0.72, 0.78)}.get(
        look.season or "", mix(palette.ground, palette.dark, 0.45)
    )
    dark = mix(leaf, palette.dark, 0.75 if look.dark else 0.4)
    shaded = np.clip(canvas.noise(24, octaves=3) * 1.3 - 0.2, 0, 1)[..., None]
    canvas.paint(wood, mix(palette.dark, (0.2, 0.13, 0.1), 0.3))
    canvas.paint(
        crown,
        (array(dark) + (array(leaf if not look.dark else mix(leaf, palette.dark, 0.5)) - array(dark)) * shaded).astype(
            np.float32
        ),
    )


def paint_desert(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Dunes with a lit and a shadowed side."""
    horizon = canvas.uniform(0.45, 0.55)
    sun = paint_sky(canvas, look, palette, horizon=horizon)
    lit = {"night": (0.3, 0.36, 0.5), "dusk": (0.56, 0.45, 0.5)}.get(
        look.time, mix((0.9, 0.68, 0.42), palette.light, 0.25)
    )
    side = -1 if sun[0] > 0.5 else 1
    for layer in range(5):
        share = layer / 4
        line = horizon + 0.03 + 0.34 * share**1.2 - (0.05 + 0.13 * share) * canvas.ridge(1.3, octaves=2, roughness=0.35)
        _dune(canvas, palette, line=line, share=share, lit=mix(lit, palette.haze, 0.55 * (1 - share)), side=side)
    extras(canvas, look, palette, floor=0.74, size=0.1)


def _dune(canvas: Canvas, palette: Palette, *, line: Field, share: float, lit: Colour, side: int) -> None:
    mask = canvas.below(line, 0.004)
    below = (canvas.y - line[None, :]) * np.ones_like(canvas.x)
    sweep = 0.12 + 0.2 * canvas.ridge(2, octaves=3)[None, :]
    steep = np.convolve(np.gradient(line), np.ones(31) / 31, mode="same")
    slope = (steep[None, :] * canvas.width * side).astype(np.float32)
    crest = smoothstep(0.0, 0.03, below) * smoothstep(1.0, 0.2, below / sweep) * smoothstep(-0.05, 0.12, slope)
    shadow = mix(lit, mix(palette.dark, palette.sky[0], 0.4), 0.6)
    wind = np.sin(below * 95 * (1.4 - share) + canvas.noise(4, octaves=3, stretch=2) * 16).astype(np.float32)
    tone = 1 + wind[..., None] * 0.028 + (canvas.noise(3, octaves=2)[..., None] - 0.5) * 0.12
    shade = array(lit) + (array(shadow) - array(lit)) * np.clip(crest * 0.95 + below * 0.35, 0, 1)[..., None]
    canvas.paint(mask, np.clip(shade * tone, 0, 1).astype(np.float32))


def extras(canvas: Canvas, look: Look, palette: Palette, *, floor: float, size: float) -> None:
    """People, birds and bicycles that the prompt names."""
    ink = mix(palette.dark, (0.03, 0.03, 0.05), 0.4)
    if "birds" in look.things or (canvas.chance(0.3) and not look.minimal and not look.dark):
        canvas.paint(
            birds(canvas, (canvas.uniform(0.25, 0.75), 0.2), count=round(canvas.uniform(4, 11)), size=0.018), ink, 0.75
        )
    spot = canvas.uniform(0.25, 0.75)
    if look.dark and (look.people or "bicycle" in look.things):
        # a dark figure in the dark is not seen: the air behind it is lighter
        canvas.glow(canvas.spot((spot, floor - size * 0.5), size * 1.1) * 0.32, mix(palette.haze, palette.light, 0.4))
    if "bicycle" in look.things:
        canvas.paint(bicycle(canvas, (spot + 0.13, floor), size * 0.55), ink)
    for at in range(look.people):
        aside = canvas.uniform(-0.3, 0.3) if look.people > 2 else 0.035
        place = (spot + (aside if at else 0), floor + (canvas.uniform(-0.03, 0.03) if at and look.people > 2 else 0))
        tall, covered = size * canvas.uniform(0.88, 1.05), "umbrella" in look.things and at == 0
        put_person(canvas, place, tall, colour=ink, accent=look.accent, umbrella=covered)
    if "lanterns" in look.things and look.dark:
        lantern_string(canvas, (-0.02, 0.32), (1.02, 0.28), count=13, colour=(1.0, 0.72, 0.36))
