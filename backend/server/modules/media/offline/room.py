"""Rooms with a window."""

import numpy as np
from PIL import ImageDraw

from backend.server.modules.media.offline.canvas import (
    At,
    Canvas,
    Field,
    Point,
    array,
    blurred,
    mix,
    smoothstep,
)
from backend.server.modules.media.offline.figures import put_person
from backend.server.modules.media.offline.look import Look
from backend.server.modules.media.offline.palette import Palette
from backend.server.modules.media.offline.sky import paint_sky

LAMP = (1.0, 0.76, 0.44)


def paint_room(canvas: Canvas, look: Look, palette: Palette) -> None:
    """A window with weather behind it, light on wall and floor, a table with what the prompt names."""
    view = _view(canvas, look, palette)
    left = canvas.uniform(0.1, 0.5)
    window = (left, canvas.uniform(0.1, 0.16), left + canvas.uniform(0.3, 0.42), canvas.uniform(0.58, 0.64))
    lamps = max(palette.lamps, 0.45 if look.weather in ("rain", "storm", "snow", "fog") else 0.12)
    _walls(canvas, look, palette, lamps=lamps)
    _window(canvas, look, palette, view=view, box=window)
    _daylight(canvas, palette, box=window, strength=(1 - lamps) * 0.75)
    _shelf(canvas, look, palette, box=window)
    _hanging_lamps(canvas, look, lamps=lamps, box=window)
    if look.people:
        _people(canvas, look, palette, box=window)
    _table(canvas, look, palette, lamps=lamps)


def _view(canvas: Canvas, look: Look, palette: Palette) -> Field:
    """What is behind the window: sky and a soft line of roofs or hills."""
    outside = Canvas.blank(canvas.width, canvas.height, canvas.rng)
    paint_sky(outside, look, palette, horizon=0.62)
    for share in (0.0, 0.6):
        line = 0.56 + 0.05 * share - 0.12 * outside.ridge(5 + share * 8, octaves=2, sharp=share > 0)
        outside.paint(outside.below(line), mix(palette.haze, palette.dark, 0.35 + 0.4 * share))
    if palette.lamps > 0.3:
        dots = (outside.rng.random((canvas.height, canvas.width), dtype=np.float32) > 0.9992).astype(np.float32)
        outside.glow(blurred(dots, 6) * 22 * outside.below(0.5), LAMP)
        _bokeh(outside)
    return blurred(outside.pixels, 3)


def _bokeh(outside: Canvas) -> None:
    """Lights of a street, out of focus."""
    for _ in range(26):
        at, radius = (outside.uniform(0.02, 0.98), outside.uniform(0.34, 0.62)), outside.uniform(0.012, 0.034)
        disc = smoothstep(1.05, 0.9, np.sqrt(outside.distance(at)) / np.float32(radius))
        colour = ((1.0, 0.72, 0.4), (1.0, 0.5, 0.32), (0.95, 0.88, 0.7), (0.5, 0.75, 0.95))[
            int(outside.rng.integers(0, 4))
        ]
        outside.glow(disc * outside.uniform(0.2, 0.6), colour)


def _walls(canvas: Canvas, look: Look, palette: Palette, *, lamps: float) -> None:
    paint = (
        look.colours[0]
        if look.colours
        else ((0.75, 0.52, 0.36), (0.33, 0.5, 0.47), (0.68, 0.42, 0.34), (0.76, 0.68, 0.5))[look.seed % 4]
    )
    wall = mix(mix(paint, (0.6, 0.55, 0.5), 0.2), palette.dark, 0.22 + 0.42 * lamps)
    plaster = 1 + (canvas.noise(5, octaves=5)[..., None] - 0.5) * 0.16
    canvas.pixels[:] = np.clip(array(wall) * plaster, 0, 1)
    corner = canvas.uniform(0.82, 0.95) if canvas.chance(0.6) else -1
    if corner > 0:
        canvas.paint(
            smoothstep(corner - 0.002, corner + 0.002, canvas.x * np.ones_like(canvas.y)), (0.0, 0.0, 0.0), 0.25
        )
    floor = canvas.below(0.8)
    boards = smoothstep(0.94, 1.0, np.sin((canvas.x - 0.5) / (canvas.y - 0.55 + 1e-3) * 26).astype(np.float32))
    wood = mix((0.42, 0.28, 0.18), palette.dark, 0.35 + 0.4 * lamps)
    grain = 0.85 + 0.3 * canvas.noise(30, octaves=3, stretch=6)[..., None] - 0.3 * boards[..., None]
    canvas.paint(floor, np.clip(array(wood) * grain, 0, 1).astype(np.float32))
    canvas.paint(
        np.exp(-(((canvas.y - 0.795) / 0.012) ** 2)) * np.ones_like(canvas.x), mix(wall, (0.0, 0.0, 0.0), 0.45), 0.8
    )


def _window(
    canvas: Canvas, look: Look, palette: Palette, *, view: Field, box: tuple[float, float, float, float]
) -> None:
    left, top, right, low = box
    pane = canvas.box(left, top, right, low)
    canvas.paint(pane, view)
    if look.wet:
        _drops(canvas, pane)
    elif look.weather == "snow":
        sill = pane * smoothstep(low - 0.06, low - 0.02, canvas.y + 0.03 * canvas.ridge(6)[None, :])
        canvas.paint(sill, (0.92, 0.94, 0.98), 0.85)
    frame = mix(mix((0.85, 0.8, 0.72), palette.dark, 0.3 + 0.45 * palette.lamps), palette.sky[1], 0.15)
    bar, tall = 0.007, 0.007 * canvas.aspect
    middle, rail = (left + right) / 2, top + (low - top) * 0.42
    mask = np.maximum(
        canvas.box(middle - bar / 2, top, middle + bar / 2, low),
        canvas.box(left, rail - tall / 2, right, rail + tall / 2),
    )
    edge = canvas.box(left - bar * 1.6, top - tall * 1.6, right + bar * 1.6, low + tall * 1.6) - pane
    canvas.paint(np.clip(np.maximum(mask, edge), 0, 1), frame)
    canvas.paint(
        canvas.box(left - 0.025, low + tall * 1.2, right + 0.025, low + tall * 1.2 + 0.02),
        mix(frame, (1.0, 1.0, 1.0), 0.15),
    )


def _drops(canvas: Canvas, pane: Field) -> None:
    """Rain on the glass: beads and crooked runs."""
    beads = smoothstep(0.72, 0.82, canvas.noise(110, octaves=2))
    runs = smoothstep(0.66, 0.72, canvas.noise(3, octaves=6, stretch=0.04, roughness=0.8))
    canvas.glow(np.clip(beads * 0.5 + runs * 0.35, 0, 1) * pane * 0.4, (0.85, 0.92, 1.0))
    canvas.paint(np.roll(beads, 2, axis=0) * pane, (0.02, 0.03, 0.06), 0.35)


def _daylight(canvas: Canvas, palette: Palette, *, box: tuple[float, float, float, float], strength: float) -> None:
    """The window's light: a haze around it, a slanted patch on the floor."""
    left, top, right, low = box
    pane = canvas.box(left, top, right, low)
    canvas.glow(blurred(pane, 70) * (1 - pane) * (0.25 + 0.35 * strength), mix(palette.sky[2], palette.light, 0.4))
    if strength < 0.2:
        return
    slant = 0.28 if left < 0.3 else -0.28
    for share in (0.0, 0.52):
        near, far = left + (right - left) * share, left + (right - left) * (share + 0.46)
        patch = canvas.polygon(
            [(near + slant * 0.6, 0.81), (far + slant * 0.6, 0.81), (far + slant * 1.3, 1.0), (near + slant * 1.3, 1.0)]
        )
        canvas.glow(blurred(patch, 4) * strength * 0.6, palette.light)
        beam = canvas.polygon([(near, top), (far, top), (far + slant * 1.3, 1.0), (near + slant * 1.3, 1.0)])
        canvas.glow(blurred(beam, 16) * strength * 0.16, palette.light)
    dust = smoothstep(0.995, 1.0, canvas.rng.random((canvas.height, canvas.width), dtype=np.float32))
    canvas.glow(blurred(dust, 2) * strength * 0.2, palette.light)


def _shelf(canvas: Canvas, look: Look, palette: Palette, *, box: tuple[float, float, float, float]) -> None:
    """Books, jars or cups on boards beside the window."""
    left, right = (box[2] + 0.07, 0.97) if box[0] < 0.32 else (0.03, box[0] - 0.07)
    if right - left < 0.12 or look.minimal:
        return
    ink = mix(palette.dark, (0.25, 0.16, 0.1), 0.4)
    spines = look.colours or (
        (0.6, 0.25, 0.2),
        (0.25, 0.38, 0.45),
        (0.75, 0.6, 0.35),
        (0.35, 0.42, 0.28),
        (0.85, 0.8, 0.7),
    )
    for level in (0.26, 0.44, 0.62):
        x = left + 0.01
        while x < right - 0.03:
            wide, tall = canvas.uniform(0.008, 0.022), canvas.uniform(0.06, 0.115)
            if canvas.chance(0.14):
                x += canvas.uniform(0.02, 0.05)
                continue
            colour = spines[int(canvas.rng.integers(0, len(spines)))]
            shade = mix(colour, palette.dark, canvas.uniform(0.35, 0.65) + 0.15 * palette.lamps)
            canvas.paint(canvas.box(x, level - tall, x + wide, level), shade)
            x += wide + 0.002
        canvas.paint(canvas.box(left, level, right, level + 0.012), ink)
        canvas.paint(canvas.box(left, level + 0.012, right, level + 0.03), (0.0, 0.0, 0.0), 0.25)


def _hanging_lamps(canvas: Canvas, look: Look, *, lamps: float, box: tuple[float, float, float, float]) -> None:
    for x in (canvas.uniform(0.18, 0.4), canvas.uniform(0.6, 0.85))[: 1 if look.minimal else 2]:
        y = canvas.uniform(0.26, 0.36)
        canvas.paint(canvas.box(x - 0.001, 0, x + 0.001, y), (0.04, 0.04, 0.05), 0.9)
        w = 0.035
        canvas.glow(canvas.spot((x, y + 0.06), 0.3) * 0.5 * lamps, LAMP)
        canvas.glow(canvas.spot((x, y + 0.05), 0.09) * 0.7 * lamps, LAMP)
        shade = canvas.polygon([(x - w * 0.35, y), (x + w * 0.35, y), (x + w, y + 0.055), (x - w, y + 0.055)])
        canvas.paint(shade, mix((0.1, 0.1, 0.12), look.colours[-1] if look.colours else (0.3, 0.24, 0.2), 0.5))
        canvas.glow(canvas.spot((x, y + 0.06), 0.02) * (0.3 + lamps), (1.0, 0.95, 0.82))


def _people(canvas: Canvas, look: Look, palette: Palette, *, box: tuple[float, float, float, float]) -> None:
    """Somebody behind the table, before the window's light: seen from the waist up."""
    ink = mix(palette.dark, (0.1, 0.07, 0.07), 0.6)
    rim = mix(palette.sky[2], LAMP, palette.lamps)
    middle = box[0] + (box[2] - box[0]) * canvas.uniform(0.25, 0.75)
    for at in range(min(look.people, 4)):
        x = middle + (0.16 * (at if at % 2 else -at) * (0.7 if look.people > 2 else 1))
        put_person(
            canvas, (x, 1.2), 0.72 * canvas.uniform(0.94, 1.04), colour=ink, accent=look.accent, umbrella=False, rim=rim
        )


def _table(canvas: Canvas, look: Look, palette: Palette, *, lamps: float) -> None:
    """The edge of a table close to the viewer, and things on it."""
    top = 0.86
    wood = mix((0.5, 0.33, 0.2), palette.dark, 0.3 + 0.35 * lamps)
    grain = 0.8 + 0.4 * canvas.noise(16, octaves=5, stretch=9)[..., None]
    canvas.paint(canvas.below(top), np.clip(array(wood) * grain, 0, 1).astype(np.float32))
    canvas.glow(canvas.below(top) * np.exp(-(((canvas.y - top) / 0.02) ** 2)) * 0.3, mix(palette.sky[2], LAMP, lamps))
    canvas.glow(canvas.below(top) * canvas.spot((0.5, top), 0.35) * 0.25 * lamps, LAMP)
    x = canvas.uniform(0.18, 0.3)
    for thing in ("cup", "bottle", "books", "cup"):
        if thing in look.things or canvas.chance(0.45):
            _on_table(canvas, look, palette, thing=thing, at=(x, top + 0.045))
        x += canvas.uniform(0.15, 0.22)


def _on_table(canvas: Canvas, look: Look, palette: Palette, *, thing: str, at: Point) -> None:
    x, y = at
    colour = look.accent or (
        look.colours[int(canvas.rng.integers(0, len(look.colours)))] if look.colours else (0.8, 0.76, 0.7)
    )
    shade = mix(colour, palette.dark, 0.3 + 0.25 * palette.lamps)
    canvas.paint(canvas.spot((x + 0.02, y + 0.005), 0.06) * canvas.below(y - 0.01), (0.0, 0.0, 0.0), 0.45)
    if thing == "books":
        for level in range(3):
            shift, wide = canvas.uniform(-0.008, 0.008), canvas.uniform(0.045, 0.06)
            spine = (mix(shade, (0.6, 0.3, 0.2), 0.4), mix(shade, (0.2, 0.35, 0.45), 0.5), shade)[level]
            canvas.paint(
                canvas.box(x - wide + shift, y - 0.024 * (level + 1), x + wide + shift, y - 0.024 * level), spine
            )
        return
    outline = _cup(x, y, canvas.aspect) if thing == "cup" else _bottle(x, y)
    mask = canvas.shape(lambda pen, px: _draw_outline(pen, px, outline, handle=thing == "cup"))
    side = np.clip(0.65 + (x - canvas.x) * 14, 0.35, 1.15)[..., None]
    canvas.paint(mask, np.clip(array(shade) * side, 0, 1).astype(np.float32))
    if thing == "cup":
        _steam(canvas, (x, y - 0.1))


def _cup(x: float, y: float, aspect: float) -> list[Point]:
    return [
        (x - 0.026, y - 0.082),
        (x + 0.026, y - 0.082),
        (x + 0.022, y - 0.015),
        (x + 0.014, y),
        (x - 0.014, y),
        (x - 0.022, y - 0.015),
    ]


def _bottle(x: float, y: float) -> list[Point]:
    return [
        (x - 0.007, y - 0.2),
        (x + 0.007, y - 0.2),
        (x + 0.008, y - 0.15),
        (x + 0.02, y - 0.11),
        (x + 0.02, y),
        (x - 0.02, y),
        (x - 0.02, y - 0.11),
        (x - 0.008, y - 0.15),
    ]


def _draw_outline(pen: ImageDraw.ImageDraw, px: At, outline: list[Point], *, handle: bool) -> None:
    pen.polygon([px(*point) for point in outline], fill=255)
    if handle:
        x, y = outline[1]
        low, high = px(x - 0.008, y + 0.012), px(x + 0.018, y + 0.055)
        pen.ellipse([*low, *high], outline=255, width=6)


def _steam(canvas: Canvas, at: Point) -> None:
    rise = np.clip((at[1] + 0.015 - canvas.y) / 0.2, 0, 1)
    curl = at[0] + 0.012 * np.sin(canvas.y * 40 + canvas.uniform(0, 6)) * (0.3 + rise)
    wisp = (
        np.exp(-(((canvas.x - curl) / (0.006 + 0.02 * rise)) ** 2))
        * smoothstep(0.0, 0.1, rise)
        * smoothstep(1.0, 0.3, rise)
    )
    canvas.glow((wisp * canvas.noise(14, octaves=3, stretch=0.5) * 0.6).astype(np.float32), (0.95, 0.93, 0.9))
