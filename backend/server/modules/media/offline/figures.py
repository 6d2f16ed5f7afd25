"""Silhouettes and small things: people, umbrellas, boats, trees, birds, bicycles, lanterns."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from backend.server.modules.media.offline.canvas import At, Canvas, Colour, Field, Point, blurred, mix, smoothstep

COAT = (
    (0.0, -0.845),
    (0.045, -0.825),
    (0.1, -0.79),
    (0.125, -0.72),
    (0.135, -0.6),
    (0.14, -0.47),
    (0.115, -0.45),
    (0.105, -0.5),
    (0.11, -0.36),
    (0.135, -0.27),
)
"""Half of a coat's outline, from the neck down to the hem; the other half mirrors it."""


def person(canvas: Canvas, at: Point, height: float, *, stride: float = 0.5, umbrella: bool = False) -> Field:
    """A standing figure in a coat. `at` is where its feet are; `height` in shares of the picture's height."""
    x, y = at
    wide = height / canvas.aspect

    def place(points: list[Point]) -> list[Point]:
        return [(x + dx * wide, y + dy * height) for dx, dy in points]

    def draw(pen: ImageDraw.ImageDraw, px: At) -> None:
        outline = [*COAT, *((-dx, dy) for dx, dy in reversed(COAT))]
        pen.polygon([px(*point) for point in place(outline)], fill=255)
        for side in (-1, 1):
            step = side * 0.05 + 0.05 * stride * side
            leg: list[Point] = [
                (side * 0.015, -0.3),
                (side * 0.085, -0.3),
                (step + 0.035 * side, -0.02),
                (step - 0.012 * side, -0.02),
            ]
            foot: list[Point] = [
                (step - 0.014 * side, -0.025),
                (step + 0.03 * side, -0.03),
                (step + 0.055 * side, 0),
                (step - 0.014 * side, 0),
            ]
            for part in (leg, foot):
                pen.polygon([px(*point) for point in place(part)], fill=255)
        _ellipse(pen, px, (x - 0.058 * wide, y - 0.985 * height), (x + 0.058 * wide, y - 0.85 * height))
        pen.polygon(
            [px(*point) for point in place([(-0.025, -0.87), (0.025, -0.87), (0.04, -0.8), (-0.04, -0.8)])], fill=255
        )
        if umbrella:
            pen.line(
                [px(*point) for point in place([(0.12, -0.5), (0.1, -1.2)])], fill=255, width=max(2, round(height * 9))
            )

    return canvas.shape(draw, (x - 0.3 * wide, y - 1.3 * height, x + 0.3 * wide, y))


def umbrella_top(canvas: Canvas, at: Point, height: float) -> Field:
    """The canopy over a person who stands at `at`."""
    x, y = at[0] + 0.1 * height / canvas.aspect, at[1] - 1.02 * height
    across, tall = 0.42 * height / canvas.aspect, 0.3 * height

    def draw(pen: ImageDraw.ImageDraw, px: At) -> None:
        dome = [(x + across * math.cos(a), y - tall * math.sin(a)) for a in np.linspace(0, math.pi, 24)]
        rim = []
        for rib in range(5):
            left = x - across + rib * across * 2 / 5
            rim += [
                (left + share * across * 2 / 5, y - 0.05 * height * math.sin(share * math.pi))
                for share in (0.0, 0.5, 1.0)
            ]
        pen.polygon([px(*point) for point in [*dome, *rim]], fill=255)

    return canvas.shape(draw)


def put_person(
    canvas: Canvas,
    at: Point,
    height: float,
    *,
    colour: Colour,
    accent: Colour | None,
    umbrella: bool,
    rim: Colour | None = None,
) -> None:
    """A figure, with an umbrella where one is wanted. `rim` is the colour of a light behind it."""
    figure = person(canvas, at, height, stride=canvas.uniform(-0.2, 0.9), umbrella=umbrella)
    canvas.paint(figure, colour)
    if rim:
        edge = np.clip(figure - np.roll(figure, (2, -2), (0, 1)), 0, 1)
        canvas.glow(edge * 0.5, rim)
    if umbrella:
        canvas.paint(umbrella_top(canvas, at, height), accent or mix(colour, (0.7, 0.12, 0.12), 0.75))


def boat(canvas: Canvas, at: Point, size: float) -> tuple[Field, Field]:
    """Masks of a sailing boat's hull and sails."""
    x, y = at
    wide = size / canvas.aspect
    hull = canvas.polygon(
        [
            (x - 0.5 * wide, y - 0.1 * size),
            (x + 0.55 * wide, y - 0.12 * size),
            (x + 0.36 * wide, y),
            (x - 0.36 * wide, y),
        ]
    )
    sails = canvas.polygon(
        [(x - 0.02 * wide, y - 1.2 * size), (x - 0.02 * wide, y - 0.2 * size), (x - 0.42 * wide, y - 0.2 * size)]
    )
    jib = canvas.polygon(
        [(x + 0.03 * wide, y - 1.05 * size), (x + 0.03 * wide, y - 0.2 * size), (x + 0.4 * wide, y - 0.2 * size)]
    )
    return hull, np.maximum(sails, jib)


def lighthouse(canvas: Canvas, at: Point, height: float) -> tuple[Field, Field, Point]:
    """Masks of the tower and its bands, and where the lamp is."""
    x, y = at
    w = 0.11 * height / canvas.aspect
    tower = canvas.polygon([(x - w, y), (x + w, y), (x + 0.6 * w, y - 0.8 * height), (x - 0.6 * w, y - 0.8 * height)])
    top = canvas.polygon(
        [
            (x - 0.85 * w, y - 0.79 * height),
            (x + 0.85 * w, y - 0.79 * height),
            (x + 0.85 * w, y - 0.82 * height),
            (x - 0.85 * w, y - 0.82 * height),
        ]
    )
    room = canvas.polygon(
        [
            (x - 0.42 * w, y - 0.8 * height),
            (x + 0.42 * w, y - 0.8 * height),
            (x + 0.42 * w, y - 0.93 * height),
            (x, y - height),
            (x - 0.42 * w, y - 0.93 * height),
        ]
    )
    bands = np.zeros_like(tower)
    for low in (0.12, 0.4, 0.66):
        bands = np.maximum(
            bands, tower * canvas.below(y - (low + 0.13) * height) * (1 - canvas.below(y - low * height))
        )
    return np.maximum(np.maximum(tower, top), room), bands, (x, y - 0.87 * height)


def pine(
    pen: ImageDraw.ImageDraw, px: At, foot: Point, *, height: float, aspect: float, ragged: NDArray[np.float64]
) -> None:
    """A conifer: tiers that widen downwards. `ragged` are numbers 0..1 that make its edge uneven."""
    x, y = foot
    tiers = len(ragged)
    points = [(x, y - height)]
    for side in (1, -1):
        levels = range(tiers) if side == 1 else range(tiers - 1, -1, -1)
        edge = []
        for level in levels:
            share = (level + 1) / tiers
            reach = 0.24 * height / aspect * share * (0.7 + 0.5 * ragged[level])
            tip, notch = (
                (x + side * reach, y - height * (1 - share * 0.97)),
                (x + side * reach * 0.45, y - height * (1 - share * 0.97) - height * 0.012),
            )
            edge += [tip, notch] if side == 1 else [notch, tip]
        points += edge
    pen.polygon([px(*point) for point in points], fill=255)
    pen.rectangle([px(x - 0.008 * height, y - 0.05 * height), px(x + 0.008 * height, y)], fill=255)


def pines(canvas: Canvas, line: Field, *, count: int, height: float) -> Field:
    """A row of conifers that stand on a line of ground."""
    spots = np.sort(canvas.rng.random(count))
    sizes = height * (0.45 + 0.75 * canvas.rng.random(count) ** 1.5)
    edges = canvas.rng.random((count, 9))

    def draw(pen: ImageDraw.ImageDraw, px: At) -> None:
        for x, size, ragged in zip(spots, sizes, edges, strict=True):
            foot = float(line[min(int(x * canvas.width), canvas.width - 1)]) + 0.01
            pine(pen, px, (float(x), foot), height=float(size), aspect=canvas.aspect, ragged=ragged)

    return canvas.shape(draw)


def round_tree(canvas: Canvas, foot: Point, height: float, *, bare: bool = False) -> tuple[Field, Field]:
    """A broadleaf tree: masks of its wood and its crown. The crown of a bare one is empty."""
    wood = canvas.shape(lambda pen, px: _branches(canvas, pen, px, foot, height))
    crown = np.zeros_like(wood)
    if not bare:
        for _ in range(26):
            angle, reach = canvas.uniform(0, math.tau), canvas.uniform(0.0, 0.42) * height
            at = (
                foot[0] + math.cos(angle) * reach * 1.3 / canvas.aspect,
                foot[1] - 0.72 * height + math.sin(angle) * reach * 0.72,
            )
            crown = np.maximum(crown, canvas.spot(at, canvas.uniform(0.09, 0.17) * height))
        inside = smoothstep(0.05, 0.3, crown)
        edge = canvas.noise(52, octaves=3)
        crown = np.clip((crown - 0.35 - (edge - 0.5) * 0.9) * 6, 0, 1) * inside
    return wood, crown


def _branches(canvas: Canvas, pen: ImageDraw.ImageDraw, px: At, foot: Point, height: float) -> None:
    stack = [(foot, -math.pi / 2, height * 0.34, 0.035 * height, 0)]
    while stack:
        (x, y), angle, length, thick, depth = stack.pop()
        end = (x + math.cos(angle) * length / canvas.aspect, y + math.sin(angle) * length)
        pen.line([px(x, y), px(*end)], fill=255, width=max(1, round(thick * canvas.height * 2)))
        if depth < 6:
            for turn in (-1, 1):
                bend = angle + turn * canvas.uniform(0.2, 0.6)
                stack.append((end, bend, length * canvas.uniform(0.62, 0.8), thick * 0.62, depth + 1))


def birds(canvas: Canvas, centre: Point, *, count: int, size: float) -> Field:
    """A loose flock."""

    def draw(pen: ImageDraw.ImageDraw, px: At) -> None:
        for _ in range(count):
            x, y = centre[0] + canvas.uniform(-0.14, 0.14), centre[1] + canvas.uniform(-0.07, 0.07)
            s = size * canvas.uniform(0.5, 1.2)
            lift = canvas.uniform(0.25, 0.6)
            wing = s / canvas.aspect
            pen.line(
                [px(x - wing, y - s * lift), px(x - wing * 0.4, y - s * lift * 0.7), px(x, y)],
                fill=255,
                width=3,
                joint="curve",
            )
            pen.line(
                [px(x + wing, y - s * lift), px(x + wing * 0.4, y - s * lift * 0.7), px(x, y)],
                fill=255,
                width=3,
                joint="curve",
            )

    return canvas.shape(draw)


def bicycle(canvas: Canvas, at: Point, size: float) -> Field:
    """A bicycle, seen from the side. `size` is the diameter of a wheel in shares of the height."""
    x, y = at
    wide, radius = size / canvas.aspect, size / 2
    line = max(2, round(size * canvas.height * 0.09))
    rear, front = (x - 0.85 * wide, y - radius), (x + 0.85 * wide, y - radius)
    seat, head, crank = (
        (x - 0.4 * wide, y - 1.22 * size),
        (x + 0.62 * wide, y - 1.2 * size),
        (x - 0.12 * wide, y - 0.5 * size),
    )

    def draw(pen: ImageDraw.ImageDraw, px: At) -> None:
        for hub in (rear, front):
            _ellipse(pen, px, (hub[0] - wide / 2, hub[1] - radius), (hub[0] + wide / 2, hub[1] + radius), width=line)
        for start, end in ((rear, crank), (crank, seat), (seat, rear), (crank, head), (seat, head), (head, front)):
            pen.line([px(*start), px(*end)], fill=255, width=line)
        pen.line(
            [
                px(head[0], head[1]),
                px(head[0] + 0.03 * wide, head[1] - 0.2 * size),
                px(head[0] - 0.22 * wide, head[1] - 0.24 * size),
            ],
            fill=255,
            width=line,
        )
        pen.line(
            [px(seat[0] - 0.16 * wide, seat[1] - 0.06 * size), px(seat[0] + 0.12 * wide, seat[1] - 0.06 * size)],
            fill=255,
            width=line * 2,
        )

    return canvas.shape(draw)


def lantern_string(
    canvas: Canvas, start: Point, end: Point, *, count: int, colour: Colour, size: float = 0.012
) -> None:
    """Bulbs on a sagging wire, with their light."""
    lights = np.zeros((canvas.height, canvas.width), np.float32)
    for share in np.linspace(0.04, 0.96, count):
        x = start[0] + (end[0] - start[0]) * float(share)
        y = start[1] + (end[1] - start[1]) * float(share) + 0.09 * math.sin(math.pi * float(share))
        lights = np.maximum(lights, canvas.spot((x, y), size))
    canvas.glow(blurred(lights, 18) * 1.8, colour)
    canvas.glow(lights, mix(colour, (1.0, 1.0, 0.95), 0.6))


def _ellipse(pen: ImageDraw.ImageDraw, px: At, low: Point, high: Point, *, width: int = 0) -> None:
    box = [*px(*low), *px(*high)]
    if width:
        pen.ellipse(box, outline=255, width=width)
    else:
        pen.ellipse(box, fill=255)
