"""Space: a nebula, stars, a planet, and a foreground that looks up at them."""

import numpy as np

from backend.server.modules.media.offline.canvas import Canvas, Colour, array, blurred, mix, smoothstep
from backend.server.modules.media.offline.figures import put_person
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette

HUES = ((0.55, 0.25, 0.75), (0.15, 0.5, 0.75), (0.9, 0.4, 0.35), (0.2, 0.6, 0.5), (0.9, 0.65, 0.3))


def paint_space(canvas: Canvas, look: Look, palette: Palette) -> None:
    """Deep space in the prompt's colours."""
    hues = look.colours or (HUES[look.seed % 5], HUES[(look.seed + 1 + int(canvas.rng.integers(0, 3))) % 5])
    canvas.pixels[:] = array((0.012, 0.014, 0.035))
    for hue in hues:
        _cloud(canvas, hue)
    _stars(canvas)
    planet = (canvas.uniform(0.28, 0.72), canvas.uniform(0.3, 0.45))
    _planet(canvas, palette, at=planet, radius=canvas.uniform(0.16, 0.26), colour=hues[0], ring=canvas.chance(0.55))
    line = 0.88 - 0.14 * canvas.ridge(3, octaves=6, sharp=True)
    rim = np.exp(-(((canvas.y - line[None, :]) / 0.012) ** 2)).astype(np.float32)
    canvas.paint(canvas.below(line), (0.02, 0.02, 0.035))
    canvas.glow(rim * canvas.below(line) * 0.45, hues[-1])
    if look.people:
        spot = 0.5 + canvas.uniform(-0.15, 0.15)
        foot = float(line[int(spot * canvas.width)]) + 0.01
        put_person(
            canvas,
            (spot, foot),
            0.13,
            colour=(0.01, 0.01, 0.02),
            accent=look.accent,
            umbrella="umbrella" in look.things,
        )


def _cloud(canvas: Canvas, hue: Colour) -> None:
    body = canvas.noise(2.2, octaves=7, roughness=0.58)
    veins = 1 - np.abs(canvas.noise(3.5, octaves=6, roughness=0.6) - 0.5) * 2
    band = np.exp(-(((canvas.y - 0.45 + (canvas.x - 0.5) * canvas.uniform(-0.7, 0.7)) / 0.36) ** 2))
    light = smoothstep(0.42, 0.95, body) * (0.35 + 0.9 * veins**3) * band
    canvas.glow(light.astype(np.float32) * 0.85, hue)
    canvas.glow((light**3).astype(np.float32) * 0.6, mix(hue, (1.0, 1.0, 1.0), 0.6))


def _stars(canvas: Canvas) -> None:
    for density, size in ((0.0025, 0), (0.0004, 2)):
        points = (canvas.rng.random((canvas.height, canvas.width), dtype=np.float32) > 1 - density).astype(np.float32)
        points *= canvas.rng.random(points.shape, dtype=np.float32)
        canvas.glow(points + (blurred(points, size + 3) * 9 if size else 0), (0.92, 0.95, 1.0))


def _planet(
    canvas: Canvas, palette: Palette, *, at: tuple[float, float], radius: float, colour: Colour, ring: bool
) -> None:
    dx, dy = (canvas.x - at[0]) * canvas.aspect / radius, (canvas.y - at[1]) / radius
    inside = np.clip(1 - dx**2 - dy**2, 0, 1)
    normal = np.sqrt(inside)
    light = np.clip(-dx * 0.7 - dy * 0.45 + normal * 0.4, 0, 1) ** 0.8
    bands = canvas.noise(9, octaves=5, stretch=12)
    tint = (
        array(mix(colour, (1.0, 0.92, 0.82), 0.45))
        + (array(mix(colour, (0.1, 0.08, 0.12), 0.4)) - array(mix(colour, (1.0, 0.92, 0.82), 0.45))) * bands[..., None]
    )
    canvas.glow(
        np.exp(-np.clip(np.sqrt(dx**2 + dy**2) - 1, 0, None) * 7).astype(np.float32) * 0.4 * (dx + dy < 0.4),
        mix(colour, (1.0, 1.0, 1.0), 0.3),
    )
    mask = smoothstep(0.0, 0.02, inside.astype(np.float32))
    canvas.paint(mask, np.clip(tint * (0.03 + 1.05 * light[..., None]), 0, 1).astype(np.float32))
    if ring:
        tilt = dx * 0.28 + dy * 0.96
        flat = np.sqrt((dx * 0.96 - dy * 0.28) ** 2 + (tilt / 0.26) ** 2)
        bandmask = smoothstep(1.35, 1.4, flat) * smoothstep(2.15, 2.05, flat) * (0.45 + 0.55 * np.sin(flat * 30) ** 2)
        hidden = (mask > 0.5) & (tilt < 0)
        canvas.paint(np.where(hidden, 0, bandmask).astype(np.float32), mix(colour, (1.0, 0.95, 0.88), 0.65), 0.7)
