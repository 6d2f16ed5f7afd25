"""Skies: gradient, sun or moon, clouds, stars, aurora."""

import numpy as np

from backend.server.modules.media.offline.canvas import Canvas, Field, Point, array, as_field, blurred, mix, smoothstep
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette

COVER = {"clear": 0.2, "wind": 0.42, "fog": 0.35, "cloud": 0.72, "rain": 0.85, "storm": 0.92, "snow": 0.7}


def paint_sky(canvas: Canvas, look: Look, palette: Palette, *, horizon: float) -> Point:
    """Fills the canvas with a sky that meets the ground at `horizon`. Gives where the sun or moon stands."""
    sun = (canvas.uniform(0.22, 0.78), float(np.clip(horizon * (1 - palette.height), 0.08, horizon + 0.02)))
    canvas.pixels[:] = _gradient(canvas, palette, horizon)
    if look.dark:
        _stars(canvas, look, horizon)
    if "aurora" in look.things:
        _aurora(canvas, horizon)
    _sun(canvas, look, palette, sun)
    _clouds(canvas, look, palette, sun=sun, horizon=horizon)
    if look.weather == "storm":
        _lightning(canvas, horizon)
    return sun


def _gradient(canvas: Canvas, palette: Palette, horizon: float) -> Field:
    down = np.clip(canvas.y / np.float32(horizon), 0, 1) ** 1.15
    down = np.clip(down + (canvas.noise(2, octaves=2, stretch=3) - 0.5) * 0.06, 0, 1)[..., None]
    top, middle, low = (array(colour) for colour in palette.sky)
    upper = top + (middle - top) * np.clip(down / 0.6, 0, 1)
    return as_field(upper + (low - upper) * np.clip((down - 0.5) / 0.5, 0, 1) ** 1.4)


def _sun(canvas: Canvas, look: Look, palette: Palette, sun: Point) -> None:
    veiled = COVER[look.weather] > 0.6
    if look.time == "dusk":
        canvas.glow(canvas.spot((sun[0], sun[1]), 0.5) * 0.35, palette.sky[2])
        return
    reach = 0.5 if look.time in ("sunset", "dawn") else 0.34
    canvas.glow(canvas.spot(sun, reach) * (0.25 if veiled else 0.5), palette.light)
    canvas.glow(canvas.spot(sun, reach * 0.35) * (0.2 if veiled else 0.5), palette.light)
    if veiled:
        return
    radius = 0.052 if look.time in ("sunset", "dawn") else 0.03 if look.time == "night" else 0.034
    disc = smoothstep(1.06, 0.94, np.sqrt(canvas.distance(sun)) / np.float32(radius))
    canvas.paint(disc, mix(palette.light, (1.0, 1.0, 1.0), 0.5))
    if look.time == "night":
        marks = (canvas.noise(26, octaves=3) - 0.5) * 0.28
        canvas.pixels *= 1 + (disc * marks)[..., None]


def _stars(canvas: Canvas, look: Look, horizon: float) -> None:
    if COVER[look.weather] > 0.6:
        return
    points = (canvas.rng.random((canvas.height, canvas.width), dtype=np.float32) > 0.9985).astype(np.float32)
    points *= canvas.rng.random(points.shape, dtype=np.float32) ** 2
    fade = np.clip(1 - canvas.y / np.float32(horizon), 0, 1) * (1.0 if look.time == "night" else 0.4)
    halo = blurred(points, 3) * 3
    canvas.glow((points * 1.2 + halo) * fade, (0.9, 0.95, 1.0))
    band = np.exp(-(((canvas.y - 0.1 - 0.45 * canvas.x) / 0.16) ** 2)) * canvas.noise(5, octaves=5)
    canvas.glow((band * fade * 0.22).astype(np.float32), (0.62, 0.66, 0.95))


def _aurora(canvas: Canvas, horizon: float) -> None:
    for colour, shift in (((0.25, 0.95, 0.6), 0.0), ((0.45, 0.4, 0.95), 0.12)):
        wave = canvas.ridge(3, octaves=3) * 0.5 * horizon + shift
        above = (wave[None, :] + 0.25 - canvas.y) / 0.35
        curtain = np.where(above > 0, np.exp(-above * 3.5), np.exp(above * 22))
        rays = 0.45 + 0.55 * canvas.noise(1, octaves=4, stretch=0.12)
        canvas.glow((curtain * rays * 0.6).astype(np.float32), colour)


def _clouds(canvas: Canvas, look: Look, palette: Palette, *, sun: Point, horizon: float) -> None:
    cover = COVER[look.weather] + (canvas.uniform(-0.08, 0.14) if look.weather == "clear" else 0)
    depth = np.clip(canvas.y / np.float32(horizon), 0, 1)
    shapes = canvas.noise(3.2, octaves=6, stretch=2.6, roughness=0.56)
    fine = canvas.noise(9, octaves=4, stretch=4.5)
    body = shapes * 0.72 + fine * 0.28 + (depth - 0.5) * 0.06
    cloud = smoothstep(0.86 - cover * 0.52, 1.04 - cover * 0.4, body)
    near = np.exp(-canvas.distance(sun) / 0.28).astype(np.float32)
    lit = np.clip(smoothstep(0.3, 0.75, fine) * 0.55 + near * 0.75, 0, 1)[..., None]
    shade, shine = array(mix(palette.sky[1], palette.dark, 0.22)), array(mix(palette.light, palette.sky[2], 0.35))
    night = look.time == "night"
    colour = shade + (shine - shade) * lit * (0.25 if night else 1.0)
    canvas.paint(cloud, colour.astype(np.float32), 0.55 if night else 0.82)


def _lightning(canvas: Canvas, horizon: float) -> None:
    x, y, points = canvas.uniform(0.25, 0.75), 0.05, []
    while y < horizon:
        points.append((x, y))
        x += canvas.uniform(-0.03, 0.03)
        y += canvas.uniform(0.02, 0.05)
    bolt = canvas.shape(lambda pen, at: pen.line([at(*point) for point in points], fill=255, width=4))
    canvas.glow(blurred(bolt, 24) * 1.6, (0.65, 0.7, 1.0))
    canvas.glow(bolt, (0.95, 0.96, 1.0))
