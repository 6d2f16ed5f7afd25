"""Forests: trunks behind trunks, light between them."""

import numpy as np
from PIL import ImageDraw

from backend.server.modules.media.offline.canvas import At, Canvas, Field, array, blurred, mix, smoothstep
from backend.server.modules.media.offline.land import extras
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette

LEAVES = {"autumn": (0.74, 0.4, 0.13), "winter": (0.8, 0.84, 0.88), "spring": (0.55, 0.7, 0.3), None: (0.22, 0.4, 0.18)}


def paint_forest(canvas: Canvas, look: Look, palette: Palette) -> None:
    """From the bright depth to the dark trunks in front."""
    leaf = LEAVES.get(look.season, LEAVES[None])
    leaf = mix(leaf, (0.88, 0.9, 0.95), 0.6) if look.weather == "snow" else leaf
    source = (canvas.uniform(0.3, 0.7), canvas.uniform(0.2, 0.4))
    _depth_light(canvas, palette, leaf, source)
    floor = 0.66
    layers = 4 if look.minimal else 5
    for layer in range(layers):
        share = layer / (layers - 1)
        _trunks(canvas, look, palette, leaf=leaf, share=share, floor=floor)
        if layer == layers // 2:
            _shafts(canvas, look, palette, source)
    _path(canvas, palette, floor=floor)
    _ferns(canvas, palette, leaf)
    extras(canvas, look, palette, floor=0.86, size=0.24)


def _depth_light(
    canvas: Canvas, palette: Palette, leaf: tuple[float, float, float], source: tuple[float, float]
) -> None:
    far = mix(palette.haze, leaf, 0.35)
    dark = mix(mix(palette.dark, leaf, 0.25), palette.haze, 0.25)
    light = np.clip(canvas.spot(source, 0.62) * 1.1 + (canvas.noise(4, octaves=4) - 0.5) * 0.4, 0, 1)[..., None]
    canvas.pixels[:] = array(dark) + (array(far) - array(dark)) * light
    canvas.glow(canvas.spot(source, 0.3) * 0.65, palette.light)
    leaves = smoothstep(0.5, 0.7, canvas.noise(16, octaves=5, roughness=0.65)) * smoothstep(
        0.6, 0.1, canvas.y * np.ones_like(canvas.x)
    )
    canvas.paint(leaves, mix(leaf, palette.haze, 0.35), 0.5)


def _trunks(
    canvas: Canvas, look: Look, palette: Palette, *, leaf: tuple[float, float, float], share: float, floor: float
) -> None:
    """One plane of trees: `share` 0 is the farthest, thin and pale."""
    count = round(26 - 19 * share)
    bark = mix(mix(palette.haze, leaf, 0.3), mix(palette.dark, (0.12, 0.09, 0.07), 0.4), 0.18 + 0.8 * share)
    foot = floor + 0.03 + 0.2 * share**1.4
    spots = canvas.rng.random(count)
    if share > 0.7:
        spots = np.where(spots < 0.5, spots * 0.56, 1 - (1 - spots) * 0.56)  # the middle stays open
    wide = (0.004 + 0.026 * share**1.5) * (0.6 + 0.8 * canvas.rng.random(count))
    lean = (canvas.rng.random(count) - 0.5) * 0.05

    def draw(pen: ImageDraw.ImageDraw, at: At) -> None:
        for x, half, tilt in zip(spots, wide, lean, strict=True):
            base = foot + 0.02 * np.sin(x * 40)
            pen.polygon(
                [
                    at(x - half * 1.5, base),
                    at(x - half, base - 0.08),
                    at(x - half * 0.62 + tilt, -0.02),
                    at(x + half * 0.62 + tilt, -0.02),
                    at(x + half, base - 0.08),
                    at(x + half * 1.5, base),
                ],
                fill=255,
            )
            for branch in range(3):
                y = 0.08 + 0.13 * branch + 0.1 * ((x * 37 * (branch + 1)) % 1)
                reach = half * (2 + 4 * ((x * 91) % 1)) * (1 if ((x * 57 + branch * 0.37) % 1) > 0.5 else -1)
                rise = 0.02 + 0.06 * ((x * 23 + branch * 0.61) % 1)
                pen.line(
                    [at(x + tilt * (1 - y / base), y + rise), at(x + tilt + reach, y - rise)],
                    fill=255,
                    width=max(2, round(half * 170)),
                )

    mask = canvas.shape(draw)
    grooves = canvas.noise(5, octaves=5, stretch=0.08, roughness=0.65)[..., None]
    canvas.paint(mask, np.clip(array(bark) * (0.72 + 0.56 * grooves), 0, 1).astype(np.float32))
    ground = canvas.below(foot + 0.02 * canvas.ridge(4, octaves=3), 0.03)
    earth = mix(mix(palette.haze, leaf, 0.5), mix(palette.dark, leaf, 0.35), 0.25 + 0.6 * share)
    patches = 0.75 + 0.5 * canvas.noise(14, octaves=4, stretch=3)[..., None]
    canvas.paint(ground, np.clip(array(earth) * patches, 0, 1).astype(np.float32))
    _crown(canvas, palette, leaf, share)
    canvas.paint(
        np.ones_like(mask), mix(palette.haze, leaf, 0.2), (1 - share) * (0.16 if look.weather != "fog" else 0.26)
    )


def _crown(canvas: Canvas, palette: Palette, leaf: tuple[float, float, float], share: float) -> None:
    if share < 0.3:
        return
    body = canvas.noise(10 + 6 * share, octaves=5, roughness=0.62)
    reach = smoothstep(0.5 - 0.22 * share, 0.0, canvas.y * np.ones_like(canvas.x))
    mask = smoothstep(0.5, 0.64, body * 0.75 + reach * 0.35)
    mask *= reach
    light = np.clip(canvas.noise(40, octaves=3) * 1.5 - 0.35, 0, 1)[..., None]
    dull, bright = array(mix(leaf, palette.dark, 0.3 + 0.45 * share)), array(mix(leaf, palette.light, 0.15))
    canvas.paint(mask, (dull + (bright - dull) * light * (0.75 - 0.4 * share)).astype(np.float32), 0.88)


def _shafts(canvas: Canvas, look: Look, palette: Palette, source: tuple[float, float]) -> None:
    """Light that falls in separate columns."""
    if look.weather in ("rain", "storm"):
        return
    angle = np.arctan2((canvas.x - source[0]) * canvas.aspect, canvas.y + 0.35)
    bands = np.zeros_like(angle)
    for count in (9, 17, 31):
        bands += np.sin(angle * count * 2.2 + canvas.uniform(0, 6.3)) / 3
    beams = smoothstep(0.1, 0.75, bands.astype(np.float32)) * np.exp(-np.abs(angle - 0.1) * 1.5)
    strength = 0.18 if look.time == "night" else 0.4
    canvas.glow(blurred(beams.astype(np.float32), 3) * strength, palette.light)


def _path(canvas: Canvas, palette: Palette, *, floor: float) -> None:
    depth = np.clip((canvas.y - floor - 0.04) / (1 - floor), 0, 1)
    bend = 0.5 + 0.1 * np.sin(depth * 3 + canvas.uniform(0, 6)) * (1 - depth)
    path = np.exp(-(((canvas.x - bend) / (0.02 + 0.2 * depth)) ** 2) * 1.4) * smoothstep(0.0, 0.12, depth)
    broken = path * (0.6 + 0.6 * canvas.noise(16, octaves=4, stretch=3))
    canvas.paint(np.clip(broken, 0, 1).astype(np.float32), mix(palette.haze, palette.ground, 0.55), 0.5)


def _ferns(canvas: Canvas, palette: Palette, leaf: tuple[float, float, float]) -> None:
    """Undergrowth against the light at the lower edge."""
    edge = 0.93 - 0.1 * np.abs(canvas.x[0] - 0.5) * 2
    blades: Field = canvas.noise(7, octaves=6, stretch=0.16, roughness=0.78)
    tops = (edge[None, :] - (blades - 0.45) * 0.26).astype(np.float32)
    mask = np.clip((canvas.y - tops) / 0.01, 0, 1).astype(np.float32)
    shade = array(mix(palette.dark, leaf, 0.2)) * (0.6 + 0.8 * canvas.noise(30, octaves=3)[..., None])
    canvas.paint(mask, np.clip(shade, 0, 1).astype(np.float32), 0.95)
