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


def rgb(code: str) -> Colour:
    """'#ff8800' -> 0..1."""
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` 0 gives the first, 1 the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


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
        share = (mask * np.float32(strength))[..., None]
        self.pixels += (np.asarray(colour, np.float32) - self.pixels) * share

    def glow(self, light: Field, colour: Colour | Field) -> None:
        """Adds light, as a screen does: nothing burns out hard."""
        added = np.clip(light[..., None] * np.asarray(colour, np.float32), 0, 1)
        self.pixels = 1 - (1 - self.pixels) * (1 - added)

    def spot(self, at: Point, radius: float) -> Field:
        """A soft round light: 1 at the centre, `radius` in shares of the height."""
        return np.exp(-self.distance(at) / np.float32(max(radius, 1e-4)) ** 2).astype(np.float32)

    def distance(self, at: Point) -> Field:
        """Squared distance from a point, in shares of the height."""
        across = (self.x - np.float32(at[0])) * np.float32(self.aspect)
        return (across**2 + (self.y - np.float32(at[1])) ** 2).astype(np.float32)

    def below(self, line: Field | float, soft: float = 0.003) -> Field:
        """Mask of everything under a line: heights as shares, one for each column, or one for all."""
        edge = np.asarray(line, np.float32)
        edge = edge[None, :] if edge.ndim == 1 else edge
        return np.clip((self.y - edge) / np.float32(soft) + 0.5, 0, 1) * np.ones_like(self.x)

    def shape(self, draw: Callable[[ImageDraw.ImageDraw, Callable[[float, float], Point]], None]) -> Field:
        """A mask drawn with Pillow at twice the size. `draw` gets the pen and a function from shares to its pixels."""
        size = (self.width * 2, self.height * 2)
        image = Image.new("L", size, 0)
        draw(ImageDraw.Draw(image), lambda x, y: (x * size[0], y * size[1]))
        small = image.resize((self.width, self.height), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / 255

    def polygon(self, points: Sequence[Point]) -> Field:
        return self.shape(lambda pen, at: pen.polygon([at(*point) for point in points], fill=255))

    def noise(self, scale: float, *, octaves: int = 4, stretch: float = 1.0, roughness: float = 0.5) -> Field:
        """Fractal noise, 0..1 around 0.5.

        Args:
            scale: features across the height in the coarsest octave.
            stretch: above 1 draws the features out sideways.
        """
        total = np.zeros((self.height, self.width), np.float32)
        weight, norm = 1.0, 0.0
        for octave in range(octaves):
            rows = scale * 2**octave
            if rows > self.height / 2:
                break
            total += weight * self._grid(rows, rows * self.aspect / stretch)
            norm += weight
            weight *= roughness
        return np.clip((total / max(norm, 1e-6) - 0.5) * 1.9 + 0.5, 0, 1).astype(np.float32)

    def _grid(self, rows: float, columns: float) -> Field:
        size = (max(2, round(rows) + 3), max(2, round(columns) + 3))
        grid = self.rng.random(size, dtype=np.float32)
        image = Image.fromarray(grid).resize((self.width, self.height), Image.Resampling.BICUBIC)
        return np.asarray(image, np.float32)

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


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, eased between."""
    share = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)
