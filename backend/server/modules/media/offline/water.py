"""Water: what it mirrors, its waves and the path of light on it; and the sea."""

import numpy as np

from backend.server.modules.media.offline.canvas import Canvas, Field, Point, array, blurred, mix, smoothstep
from backend.server.modules.media.offline.figures import boat, lighthouse, put_person
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette
from backend.server.modules.media.offline.sky import paint_sky


def mirror(canvas: Canvas, look: Look, palette: Palette, *, line: float, sun: Point, rough: float = 0.35) -> None:
    """Water from `line` down: the picture above upside down, pulled apart by ripples, darker towards the viewer."""
    top = int(line * canvas.height)
    rows = canvas.height - top
    if rows < 2:
        return
    down = np.arange(rows, dtype=np.float32)
    depth = (down / rows)[:, None]
    ripple = (canvas.noise(26, octaves=4, stretch=7)[top:] - 0.5) * (0.2 + depth) * rough * 46
    source = np.clip(top - 1 - down[:, None] * min(1.0, top / max(rows, 1)) - ripple, 0, top - 1).astype(np.int32)
    sway = np.clip(np.arange(canvas.width)[None, :] + ripple * 0.35, 0, canvas.width - 1).astype(np.int32)
    image = canvas.pixels[source, sway]
    shade = array(mix(palette.sky[1], palette.dark, 0.55))
    canvas.pixels[top:] = image + (shade - image) * (0.16 + 0.42 * depth[..., None])
    _glitter(
        canvas, palette, top=top, sun=sun, share=0.35 if look.weather in ("rain", "storm", "cloud", "fog") else 1.0
    )
    waves = smoothstep(0.62, 0.8, canvas.noise(34, octaves=3, stretch=9)[top:]) * (0.15 + 0.55 * depth)
    canvas.pixels[top:] *= 1 - 0.28 * waves[..., None] * rough * 2
    edge = np.exp(-(((canvas.y - line) / 0.004) ** 2)) * 0.35
    canvas.paint((edge * np.ones_like(canvas.x)).astype(np.float32), palette.haze)


def _glitter(canvas: Canvas, palette: Palette, *, top: int, sun: Point, share: float) -> None:
    """The path that sun or moon draws towards the viewer."""
    depth = np.clip((canvas.y[top:] - canvas.y[top]) / max(1e-3, float(1 - canvas.y[top, 0])), 0, 1)
    path = np.exp(-(((canvas.x - sun[0]) * canvas.aspect / (0.05 + 0.24 * depth)) ** 2))
    sparks = smoothstep(0.56, 0.74, canvas.noise(46, octaves=3, stretch=6)[top:])
    canvas_part = np.clip(path * (0.22 + sparks * 0.95) * share, 0, 1)[..., None] * array(palette.light) * 0.85
    canvas.pixels[top:] = 1 - (1 - canvas.pixels[top:]) * (1 - canvas_part)


def paint_sea(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Open water, with a headland, a lighthouse, boats or a beach where the prompt names them."""
    horizon = canvas.uniform(0.5, 0.62)
    sun = paint_sky(canvas, look, palette, horizon=horizon)
    coast = "lighthouse" in look.things or canvas.chance(0.65)
    lamp = _headland(canvas, look, palette, horizon=horizon) if coast and not look.minimal else None
    sails = "boat" in look.things or canvas.chance(0.35)
    if sails:
        moor_boats(canvas, look, palette, horizon=horizon)
    mirror(canvas, look, palette, line=horizon, sun=sun, rough=0.9 if look.weather in ("storm", "wind") else 0.55)
    _swell(canvas, look, palette, horizon=horizon)
    if lamp:
        _beam(canvas, look, lamp)
    _beach(canvas, look, palette)


def _headland(canvas: Canvas, look: Look, palette: Palette, *, horizon: float) -> Point | None:
    left = canvas.chance(0.5)
    reach = canvas.uniform(0.35, 0.6)
    inland = 1 - canvas.x[0] / reach if left else (canvas.x[0] - 1 + reach) / reach
    rise = np.clip(inland, 0, 1) ** 0.7 * (0.09 + 0.08 * canvas.ridge(4, octaves=5))
    line = (horizon + 0.004 - rise).astype(np.float32)
    line[inland <= 0] = 1.2
    rock = mix(palette.dark, palette.ground, 0.3)
    texture = 1 + (canvas.noise(18, octaves=4, roughness=0.65)[..., None] - 0.5) * 0.7
    canvas.paint(canvas.below(line), np.clip(array(mix(rock, palette.haze, 0.18)) * texture, 0, 1).astype(np.float32))
    if "lighthouse" not in look.things and not canvas.chance(0.4):
        return None
    at = reach * 0.34 if left else 1 - reach * 0.34
    foot = (at, float(line[min(int(at * canvas.width), canvas.width - 1)]) + 0.01)
    tower, bands, lamp = lighthouse(canvas, foot, canvas.uniform(0.26, 0.34))
    white = mix((0.95, 0.93, 0.9), palette.dark, 0.55 if look.dark else 0.08)
    canvas.paint(tower, white)
    canvas.paint(bands, mix(look.accent or (0.72, 0.18, 0.15), palette.dark, 0.5 if look.dark else 0.05))
    side = smoothstep(-0.01, 0.012, (canvas.x - foot[0]) * np.ones_like(canvas.y))
    canvas.paint(tower * side, palette.dark, 0.35)
    return lamp


def _beam(canvas: Canvas, look: Look, lamp: Point) -> None:
    if not look.dark and look.weather not in ("fog", "storm", "rain"):
        return
    reach = 1.3 if lamp[0] < 0.5 else -1.3
    cone = canvas.polygon([lamp, (lamp[0] + reach, lamp[1] - 0.22), (lamp[0] + reach, lamp[1] + 0.1)])
    fade = np.exp(-np.abs(canvas.x - lamp[0]) * 1.6).astype(np.float32)
    canvas.glow(blurred(cone, 8) * fade * 0.5, (1.0, 0.93, 0.72))
    canvas.glow(canvas.spot(lamp, 0.05), (1.0, 0.95, 0.8))
    canvas.glow(canvas.spot(lamp, 0.012) * 1.5, (1.0, 1.0, 0.95))


def moor_boats(canvas: Canvas, look: Look, palette: Palette, *, horizon: float) -> None:
    """One to three sails on the far water; the water that is painted after them mirrors them."""
    for _ in range(1 if look.minimal else round(canvas.uniform(1, 3))):
        at = (canvas.uniform(0.2, 0.8), horizon + 0.006)
        hull, sails = boat(canvas, at, canvas.uniform(0.06, 0.15))
        canvas.paint(sails, mix(look.accent or (0.96, 0.94, 0.9), palette.dark, 0.55 if look.dark else 0.08))
        canvas.paint(hull, mix(palette.dark, (0.2, 0.1, 0.08), 0.3))


def _swell(canvas: Canvas, look: Look, palette: Palette, *, horizon: float) -> None:
    """Crests that grow towards the viewer."""
    depth = np.clip((canvas.y - horizon) / (1 - horizon), 0, 1)
    phase = np.log1p(depth * 14) * 15 + (canvas.noise(5, octaves=4, stretch=4) - 0.5) * 7
    crest = smoothstep(0.82, 1.0, np.sin(phase).astype(np.float32)) * depth * canvas.noise(30, octaves=3, stretch=4)
    strength = 0.75 if look.weather in ("storm", "wind") else 0.4
    canvas.paint(
        np.clip(crest * 1.6, 0, 1).astype(np.float32),
        mix(palette.haze, (1.0, 1.0, 1.0), 0.4),
        strength * (0.45 if look.dark else 1),
    )
    trough = smoothstep(0.4, -0.9, np.sin(phase + 0.9).astype(np.float32)) * depth
    canvas.pixels *= 1 - 0.2 * trough[..., None]


def _beach(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Wet sand, the edge of the last wave, and whoever stands there."""
    edge = 0.86 + 0.07 * canvas.ridge(1.2, octaves=3) - 0.03 * canvas.x[0]
    sand = mix((0.82, 0.7, 0.52), palette.dark, 0.62 if look.dark else 0.12)
    grain = 1 + (canvas.noise(50, octaves=2, stretch=2)[..., None] - 0.5) * 0.12
    shade = (array(mix(sand, palette.sky[1], 0.25)) * grain).astype(np.float32)
    canvas.paint(canvas.below(edge, 0.02), np.clip(shade, 0, 1), 0.92)
    foam = np.exp(-(((canvas.y - edge[None, :]) / 0.008) ** 2)) * smoothstep(
        0.3, 0.6, canvas.noise(40, octaves=3, stretch=3)
    )
    canvas.paint(foam.astype(np.float32), mix(palette.haze, (1.0, 1.0, 1.0), 0.65), 0.85)
    middle, ink = canvas.uniform(0.3, 0.7), mix(palette.dark, (0.04, 0.04, 0.06), 0.4)
    for step in range(look.people):
        at = (middle + step * 0.05 * (1 if step % 2 else -1), 0.93 + 0.004 * step)
        _reflection(canvas, at, 0.2, ink)
        covered = "umbrella" in look.things and step == 0
        put_person(canvas, at, 0.2 * (1 - 0.04 * step), colour=ink, accent=look.accent, umbrella=covered)


def _reflection(canvas: Canvas, at: Point, height: float, ink: tuple[float, float, float]) -> None:
    shadow = canvas.polygon(
        [
            (at[0] - 0.014, at[1]),
            (at[0] + 0.014, at[1]),
            (at[0] + 0.01, at[1] + height * 0.5),
            (at[0] - 0.01, at[1] + height * 0.5),
        ]
    )
    canvas.paint(blurred(shadow, 6), ink, 0.35)


def wet_floor(canvas: Canvas, *, line: float, strength: float) -> None:
    """A wet pavement: the lights above `line` run down into it."""
    top = int(line * canvas.height)
    rows = canvas.height - top
    down = np.arange(rows)
    source = np.clip(top - 1 - (down * min(1.0, top / rows)).astype(int), 0, top - 1)
    image = canvas.pixels[source]
    smeared = np.stack([_smear(image[..., channel]) for channel in range(3)], axis=-1)
    puddle: Field = smoothstep(0.3, 0.62, canvas.noise(6, octaves=4, stretch=4)[top:])
    share = np.clip(0.3 + puddle * 0.7, 0, 1)[..., None] * strength
    canvas.pixels[top:] = 1 - (1 - canvas.pixels[top:]) * (1 - np.clip(smeared * share * 0.85, 0, 1))


def _smear(channel: Field) -> Field:
    """Blurred along the height only, as on wet stone."""
    height, width = channel.shape
    squeezed = channel.reshape(height, width)
    kernel = max(3, height // 9)
    padded = np.pad(squeezed, ((kernel, kernel), (0, 0)), mode="edge")
    total = np.cumsum(padded, axis=0, dtype=np.float64)
    return np.asarray((total[2 * kernel :] - total[: -2 * kernel]) / (2 * kernel), np.float32)[:height]
