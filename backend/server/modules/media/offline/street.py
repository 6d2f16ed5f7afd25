"""A street that runs away from the viewer."""

from itertools import pairwise

import numpy as np

from backend.server.modules.media.offline.canvas import (
    At,
    Canvas,
    Colour,
    Field,
    Point,
    array,
    blurred,
    mix,
    smoothstep,
)
from backend.server.modules.media.offline.figures import bicycle, lantern_string, put_person
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette
from backend.server.modules.media.offline.sky import paint_sky
from backend.server.modules.media.offline.water import wet_floor

WINDOW_LIGHTS = ((1.0, 0.82, 0.5), (1.0, 0.9, 0.7), (0.98, 0.7, 0.4), (0.75, 0.88, 1.0))
NEON = ((1.0, 0.2, 0.55), (0.2, 0.85, 1.0), (0.95, 0.45, 0.1), (0.55, 0.3, 1.0), (0.3, 1.0, 0.6))
WALLS = (
    (0.72, 0.5, 0.36),
    (0.8, 0.68, 0.5),
    (0.58, 0.36, 0.3),
    (0.62, 0.64, 0.62),
    (0.45, 0.5, 0.52),
    (0.83, 0.76, 0.66),
)
AWNINGS = ((0.72, 0.2, 0.17), (0.16, 0.4, 0.36), (0.85, 0.62, 0.22), (0.2, 0.3, 0.5))


def paint_street(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Two rows of houses that meet at a vanishing point; lamps, signs, and a floor that mirrors when it is wet."""
    vanish = (canvas.uniform(0.4, 0.6), canvas.uniform(0.5, 0.58))
    paint_sky(canvas, look, palette, horizon=vanish[1])
    lamps = max(palette.lamps, 0.35 if look.weather in ("rain", "storm", "fog") else 0.0)
    _pavement(canvas, palette, vanish=vanish, lamps=lamps)
    depths = [0.085, 0.13, 0.19, 0.27, 0.4, 0.6, 0.9, 1.4]
    for far, near in pairwise(depths):
        for side in (-1, 1):
            _house(canvas, look, palette, vanish=vanish, far=far, near=near, side=side, lamps=lamps)
    worn = (canvas.noise(14, octaves=4) - 0.5) * (1 - canvas.below(vanish[1] + 0.2, 0.4)) * 0.12
    canvas.pixels *= 1 + worn[..., None]
    canvas.glow(canvas.spot(vanish, 0.22) * (0.25 + 0.3 * lamps), mix(palette.light, (1.0, 0.75, 0.45), lamps * 0.7))
    _street_lamps(canvas, vanish=vanish, lamps=lamps)
    if "lanterns" in look.things or look.tone == "neon" or canvas.chance(0.25 * lamps):
        for at in (0.16, 0.05):
            lantern_string(canvas, (-0.02, 0.2 + at), (1.02, 0.17 + at), count=11, colour=(1.0, 0.66, 0.32))
    wet = 1.0 if look.wet else 0.75 if look.tone == "neon" else 0.28 * lamps
    if wet:
        wet_floor(canvas, line=vanish[1] + 0.035, strength=wet)
    _walkers(canvas, look, palette, vanish=vanish)


def _pavement(canvas: Canvas, palette: Palette, *, vanish: Point, lamps: float) -> None:
    depth = np.clip((canvas.y - vanish[1]) / (1 - vanish[1]), 0, 1)
    stone = mix(mix(palette.ground, (0.35, 0.35, 0.38), 0.7), palette.dark, 0.25 + 0.5 * lamps)
    across = (canvas.x - vanish[0]) / (depth + 0.04)
    joints = smoothstep(0.93, 1.0, np.sin(across * 16).astype(np.float32)) + smoothstep(
        0.9, 1.0, np.sin(np.log1p(depth * 9) * 34 + 0 * across).astype(np.float32)
    )
    tone = 1 + (canvas.noise(20, octaves=4, stretch=3)[..., None] - 0.5) * 0.4 - np.clip(joints, 0, 1)[..., None] * 0.16
    shade = (
        array(mix(stone, palette.haze, 0.5))
        + (array(stone) - array(mix(stone, palette.haze, 0.5))) * np.clip(depth * 1.8, 0, 1)[..., None]
    ) * tone
    canvas.paint(canvas.below(vanish[1]), np.clip(shade, 0, 1).astype(np.float32))


def _house(
    canvas: Canvas, look: Look, palette: Palette, *, vanish: Point, far: float, near: float, side: int, lamps: float
) -> None:
    """One facade between two depths: a wall in perspective, with windows, and sometimes an awning and a sign."""
    tall = canvas.uniform(0.8, 1.3)

    def at(depth: float, up: float) -> Point:
        return vanish[0] + side * depth * 0.86 / canvas.aspect, vanish[1] + depth * 0.42 - up * depth * tall * 1.45

    paint = (
        look.colours[int(canvas.rng.integers(0, len(look.colours)))]
        if look.colours
        else WALLS[int(canvas.rng.integers(0, len(WALLS)))]
    )
    base = mix(mix(paint, palette.haze, 0.12), palette.dark, 0.12 + 0.68 * lamps + (0.16 if side > 0 else 0))
    wall = mix(base, palette.haze, (1 - near) * 0.5)
    quad = [at(near, 0), at(far, 0), at(far, 1), at(near, 1)]
    mask = canvas.polygon(quad)
    canvas.paint(mask, wall)
    cornice = canvas.polygon([at(near, 0.985), at(far, 0.985), at(far, 1.015), at(near, 1.015)])
    canvas.paint(cornice, mix(wall, palette.dark, 0.35))
    canvas.paint(canvas.polygon([at(near, 0), at(far, 0), at(far, 0.16), at(near, 0.16)]), palette.dark, 0.3)
    _facade_windows(canvas, palette, at=at, far=far, near=near, lamps=lamps)
    if near > 0.16 and canvas.chance(0.55):
        _awning(canvas, palette, at=at, far=far, near=near, side=side, lamps=lamps)
    if near > 0.16 and (lamps > 0.3 or look.tone == "neon"):
        _sign(canvas, look, at=at, far=far, near=near, lamps=lamps)


def _awning(canvas: Canvas, palette: Palette, *, at: At, far: float, near: float, side: int, lamps: float) -> None:
    """Striped cloth over a shop."""
    start, end = far + (near - far) * 0.12, far + (near - far) * 0.88
    colour = mix(AWNINGS[int(canvas.rng.integers(0, len(AWNINGS)))], palette.dark, 0.15 + 0.4 * lamps)
    for stripe in range(6):
        low, high = (start + (end - start) * part / 6 for part in (stripe, stripe + 1))
        reach = [-side * depth * 0.07 for depth in (low, high)]
        front = [
            (at(depth, 0.15)[0] + out, at(depth, 0.15)[1])
            for depth, out in zip((high, low), reversed(reach), strict=True)
        ]
        cloth = canvas.polygon([at(low, 0.22), at(high, 0.22), *front])
        canvas.paint(cloth, colour if stripe % 2 else mix(colour, (0.95, 0.92, 0.86), 0.7 - 0.35 * lamps))


def _facade_windows(canvas: Canvas, palette: Palette, *, at: At, far: float, near: float, lamps: float) -> None:
    columns, rows = 3, 6
    lit: list[list[Point]] = []
    dull: list[list[Point]] = []
    for column in range(columns):
        for row in range(rows):
            depths = [far + (near - far) * (column + part) / columns for part in (0.26, 0.74)]
            low, high = 0.2 + row * 0.13, 0.28 + row * 0.13
            shop = row == 0
            quad = [
                at(depths[0], 0.03 if shop else low),
                at(depths[1], 0.03 if shop else low),
                at(depths[1], 0.14 if shop else high),
                at(depths[0], 0.14 if shop else high),
            ]
            chance = 0.75 if shop else 0.42
            (lit if canvas.chance(chance * lamps + 0.04) else dull).append(quad)
    for quads, bright in ((dull, False), (lit, True)):
        if not quads:
            continue
        mask = canvas.polygons(quads)
        if bright and lamps > 0.15:
            tone = WINDOW_LIGHTS[int(canvas.rng.integers(0, len(WINDOW_LIGHTS)))]
            canvas.paint(mask, tone, 0.55 + 0.4 * lamps)
            canvas.glow_around(mask, radius=20, strength=0.4 * lamps, colour=tone)
        else:
            canvas.paint(mask, mix(mix(palette.sky[1], palette.sky[2], 0.4), palette.dark, 0.5), 0.75)


def _sign(canvas: Canvas, look: Look, *, at: At, far: float, near: float, lamps: float) -> None:
    count = 3 if look.tone == "neon" else 1
    for _ in range(count):
        if not canvas.chance(0.8 if look.tone == "neon" else 0.4):
            continue
        depth, low = canvas.uniform(far, near), canvas.uniform(0.17, 0.5)
        x, y = at(depth, low)
        top = at(depth, low + canvas.uniform(0.08, 0.2))[1]
        wide = depth * canvas.uniform(0.02, 0.045)
        colour = NEON[int(canvas.rng.integers(0, len(NEON)))] if look.tone == "neon" else WINDOW_LIGHTS[2]
        mask = canvas.polygon([(x - wide, top), (x + wide, top), (x + wide, y), (x - wide, y)])
        canvas.glow_around(mask, radius=26, strength=1.1, colour=colour)
        canvas.paint(mask, mix(colour, (1.0, 1.0, 1.0), 0.25), 0.9)
        bars = smoothstep(0.2, 0.9, np.sin(canvas.y * canvas.height / max(3.0, depth * 18)).astype(np.float32))
        canvas.paint(mask * bars, mix(colour, (0.0, 0.0, 0.0), 0.55), 0.6)


def _street_lamps(canvas: Canvas, *, vanish: Point, lamps: float) -> None:
    for depth in (0.16, 0.26, 0.42, 0.68):
        for side in (-1, 1):
            x = vanish[0] + side * depth * 0.36
            foot, head = vanish[1] + depth * 0.42, vanish[1] - depth * 0.52
            half = 0.0006 + depth * 0.0028
            canvas.paint(
                canvas.polygon([(x - half, foot), (x + half, foot), (x + half * 0.6, head), (x - half * 0.6, head)]),
                (0.05, 0.05, 0.07),
                0.9,
            )
            if lamps > 0.15:
                canvas.glow(canvas.spot((x, head), depth * 0.2) * 0.55 * lamps, (1.0, 0.78, 0.48))
                canvas.glow(canvas.spot((x, head), depth * 0.035) * 1.4 * lamps, (1.0, 0.93, 0.78))


def _walkers(canvas: Canvas, look: Look, palette: Palette, *, vanish: Point) -> None:
    ink: Colour = mix(palette.dark, (0.02, 0.02, 0.03), 0.5)
    for at in sorted(canvas.uniform(0.12, 0.5) for _ in range(9 if look.people > 2 else 0)):
        spot = (vanish[0] + canvas.uniform(-0.3, 0.3) * at * 1.6, vanish[1] + at * 0.42)
        covered = look.wet and canvas.chance(0.5)
        put_person(
            canvas, spot, at * 0.6, colour=mix(ink, palette.haze, 0.3 * (0.5 - at)), accent=None, umbrella=covered
        )
    depth = canvas.uniform(0.5, 0.62)
    spot = (vanish[0] + canvas.uniform(-0.12, 0.12), vanish[1] + depth * 0.42)
    if "bicycle" in look.things:
        canvas.paint(bicycle(canvas, (spot[0] + 0.14, spot[1] + 0.02), 0.15), ink)
    for at in range(min(look.people, 2)):
        place = (spot[0] - 0.075 * at, spot[1] + 0.006 * at)
        _long_shadow(canvas, place, depth * 0.6, ink)
        covered = ("umbrella" in look.things or look.wet) and at == 0
        put_person(canvas, place, depth * (0.6 - 0.04 * at), colour=ink, accent=look.accent, umbrella=covered)


def _long_shadow(canvas: Canvas, at: Point, height: float, ink: Colour) -> None:
    shadow: Field = canvas.polygon(
        [
            (at[0] - 0.02, at[1]),
            (at[0] + 0.02, at[1]),
            (at[0] + 0.05, at[1] + height * 0.7),
            (at[0] - 0.05, at[1] + height * 0.7),
        ]
    )
    canvas.paint(blurred(shadow, 10), ink, 0.45)
