"""The picture while it is painted, and the brushes: gradients, masks, noise, blur.

Arrays are float32. A picture is (height, width, 3) with 0..1 in display values; a mask is (height, width).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Field = NDArray[np.float32]
Colour = tuple[float, float, float]
Point = tuple[float, float]
At = Callable[[float, float], Point]
"""From shares of the picture to a pen's pixels."""
Draw = Callable[[ImageDraw.ImageDraw, At], None]


def rgb(code: str) -> Colour:
    """'#ff8800' -> 0..1."""
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` 0 gives the first, 1 the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def as_field(values: NDArray[Any]) -> Field:
    return np.asarray(values, np.float32)


def array(colour: Colour) -> Field:
    return np.asarray(colour, dtype=np.float32)


@dataclass(slots=True)
class Canvas:
    """`x` and `y` are the pixels' positions as shares of width and height; `rng` is seeded."""

    pixels: Field
    rng: np.random.Generator
    x: Field
    y: Field

    @classmethod
    def blank(cls, width: int, height: int, rng: np.random.Generator) -> "Canvas":
        x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
        y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        return cls(np.zeros((height, width, 3), np.float32), rng, x, y)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def aspect(self) -> float:
        return self.width / self.height

    def paint(self, mask: Field, colour: Colour | Field, strength: float = 1.0) -> None:
        """Covers with a colour (or another picture) where the mask is."""
        window = _window(mask)
        if window is None:
            return
        part = self.pixels[window]
        share = (mask[window] * np.float32(strength))[..., None]
        part += (_cut(colour, window, self.pixels.shape) - part) * share

    def glow(self, light: Field, colour: Colour | Field) -> None:
        """Adds light, as a screen does: nothing burns out hard."""
        window = _window(light)
        if window is None:
            return
        added = np.clip(light[window][..., None] * _cut(colour, window, self.pixels.shape), 0, 1)
        part = self.pixels[window]
        part += (1 - part) * added

    def spot(self, at: Point, radius: float) -> Field:
        """A soft round light: 1 at the centre, `radius` in shares of the height."""
        return as_field(np.exp(-self.distance(at) / np.float32(max(radius, 1e-4)) ** 2))

    def distance(self, at: Point) -> Field:
        """Squared distance from a point, in shares of the height."""
        across = (self.x - np.float32(at[0])) * np.float32(self.aspect)
        return as_field(across**2 + (self.y - np.float32(at[1])) ** 2)

    def below(self, line: Field | float, soft: float = 0.003) -> Field:
        """Mask of everything under a line: heights as shares, one for each column, or one for all."""
        edge = np.asarray(line, np.float32)
        edge = edge[None, :] if edge.ndim == 1 else edge
        return as_field(np.clip((self.y - edge) / np.float32(soft) + 0.5, 0, 1) * np.ones_like(self.x))

    def box(self, left: float, top: float, right: float, low: float) -> Field:
        """A crisp upright rectangle with soft edges of a pixel."""
        across = np.clip((self.x - left) * self.width, 0, 1) * np.clip((right - self.x) * self.width, 0, 1)
        down = np.clip((self.y - top) * self.height, 0, 1) * np.clip((low - self.y) * self.height, 0, 1)
        return as_field(across * down)

    def shape(self, draw: Draw, box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> Field:
        """A mask drawn with Pillow at twice the size, so that edges are smooth.

        Args:
            draw: gets the pen, and a function from shares of the picture to the pen's pixels.
            box: left, top, right, bottom of the part that is drawn in; the rest stays empty, and costs nothing.
        """
        left, right = (min(max(int(share * self.width), 0), self.width) for share in (box[0], box[2] + 1 / self.width))
        top, low = (min(max(int(share * self.height), 0), self.height) for share in (box[1], box[3] + 1 / self.height))
        mask = np.zeros((self.height, self.width), np.float32)
        if right <= left or low <= top:
            return mask
        image = Image.new("L", ((right - left) * 2, (low - top) * 2), 0)
        draw(
            ImageDraw.Draw(image),
            lambda x, y: ((x * self.width - left) * 2, (y * self.height - top) * 2),
        )
        small = image.reduce(2)
        mask[top:low, left:right] = np.asarray(small, np.float32) / 255
        return mask

    def polygon(self, points: Sequence[Point]) -> Field:
        return self.polygons([points])

    def polygons(self, shapes: Sequence[Sequence[Point]]) -> Field:
        """One mask of several polygons."""
        xs = [x for points in shapes for x, _ in points]
        ys = [y for points in shapes for _, y in points]

        def draw(pen: ImageDraw.ImageDraw, at: At) -> None:
            for points in shapes:
                pen.polygon([at(*point) for point in points], fill=255)

        return self.shape(draw, (min(xs), min(ys), max(xs), max(ys)))

    def glow_around(self, mask: Field, *, radius: float, strength: float, colour: Colour) -> None:
        """The light that a shape throws around itself. `radius` in pixels."""
        window = _window(mask)
        if window is None:
            return
        reach = int(radius * 2.5)
        rows, columns = (
            slice(max(0, part.start - reach), min(size, part.stop + reach))
            for part, size in zip(window, mask.shape, strict=True)
        )
        light = np.zeros_like(mask)
        light[rows, columns] = blurred(mask[rows, columns], radius) * np.float32(strength)
        self.glow(light, colour)

    def noise(self, scale: float, *, octaves: int = 4, stretch: float = 1.0, roughness: float = 0.5) -> Field:
        """Fractal noise, 0..1 around 0.5.

        Args:
            scale: features across the height in the coarsest octave.
            stretch: above 1 draws the features out sideways.
        """
        rows = [scale * 2**octave for octave in range(octaves) if scale * 2**octave <= self.height / 2]
        rows = rows or [self.height / 2]
        weights = [roughness**octave for octave in range(len(rows))]
        # broad octaves are added up small and enlarged once: enlarging is what costs time
        broad = [(row, weight) for row, weight in zip(rows, weights, strict=True) if row <= self.height / 16]
        fine = [(row, weight) for row, weight in zip(rows, weights, strict=True) if row > self.height / 16]
        small = (max(2, self.width // 4), max(2, self.height // 4))
        total = np.zeros((small[1], small[0]), np.float32)
        for row, weight in broad:
            total += np.float32(weight) * self._grid(row, row * self.aspect / stretch, small)
        full = (self.width, self.height)
        total = np.asarray(Image.fromarray(total).resize(full, Image.Resampling.BICUBIC), np.float32).copy()
        for row, weight in fine:
            total += np.float32(weight) * self._grid(row, row * self.aspect / stretch, full)
        return as_field(np.clip((total / np.float32(sum(weights)) - 0.5) * np.float32(1.9) + 0.5, 0, 1))

    def _grid(self, rows: float, columns: float, size: tuple[int, int]) -> Field:
        shape = (max(2, round(rows) + 3), max(2, round(columns) + 3))
        grid = self.rng.random(shape, dtype=np.float32)
        return np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC), np.float32)

    def ridge(self, scale: float, *, octaves: int = 5, roughness: float = 0.5, sharp: bool = False) -> Field:
        """A line of hills, 0..1 for each column; `sharp` gives peaks instead of rounds."""
        positions = np.linspace(0, 1, self.width)
        total, weight, norm = np.zeros(self.width), 1.0, 0.0
        for octave in range(octaves):
            count = max(3, round(scale * 2**octave) + 2)
            knots = self.rng.random(count)
            line = smooth_line(positions, knots)
            total += weight * (1 - np.abs(2 * line - 1) if sharp else line)
            norm += weight
            weight *= roughness
        return np.asarray(total / norm, np.float32)

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)


def _window(mask: Field) -> tuple[slice, slice] | None:
    """The part of the picture that a mask touches: most shapes are small, and the rest need not be computed."""
    seen = mask > 0.002
    rows = np.flatnonzero(seen.any(axis=1))
    if rows.size == 0:
        return None
    columns = np.flatnonzero(seen.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _cut(colour: Colour | Field, window: tuple[slice, slice], shape: tuple[int, ...]) -> Field:
    """The window's part of one colour, of a column or row of colours, or of a picture."""
    return np.broadcast_to(np.asarray(colour, np.float32), shape)[window]


def smooth_line(positions: NDArray[Any], knots: NDArray[Any]) -> NDArray[Any]:
    """Knots at even distances, joined without corners."""
    spread = positions * (len(knots) - 1)
    left = np.clip(spread.astype(int), 0, len(knots) - 2)
    share = spread - left
    eased = share * share * (3 - 2 * share)
    return np.asarray(knots[left] * (1 - eased) + knots[left + 1] * eased)


def blurred(field: Field, radius: float) -> Field:
    """A soft copy of a mask or picture. The radius is in pixels; wide ones are made small and enlarged again."""
    if field.ndim == 3:
        return np.stack([blurred(field[..., channel], radius) for channel in range(3)], axis=-1)
    height, width = field.shape
    shrink = max(1, int(radius / 2))
    small = (max(2, width // shrink), max(2, height // shrink))
    image = Image.fromarray(np.ascontiguousarray(field, np.float32))
    reduced = image.resize(small, Image.Resampling.BOX)
    return np.asarray(reduced.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def smoothstep(low: float, high: float, value: NDArray[Any]) -> Field:
    """0 below `low`, 1 above `high`, eased between."""
    share = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return as_field(share * share * (3 - 2 * share))
