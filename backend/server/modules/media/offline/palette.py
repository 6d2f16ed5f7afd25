"""Colours of the sky, the light and the dark for a time of day and a weather."""

from dataclasses import dataclass, replace

from backend.server.modules.media.offline.canvas import Colour, mix, rgb
from backend.server.modules.media.offline.look import Look


@dataclass(frozen=True, slots=True)
class Palette:
    """`sky` from the top down. `light` is the sun, moon or lamp; `dark` what stands against it; `height` of the sun."""

    sky: tuple[Colour, Colour, Colour]
    light: Colour
    dark: Colour
    ground: Colour
    height: float
    lamps: float

    @property
    def haze(self) -> Colour:
        return mix(self.sky[2], self.sky[1], 0.3)


TIMES = {
    "dawn": (("#37457a", "#a184ac", "#f9bfa3"), "#ffdcb8", "#262a48", "#5d5a72", 0.08, 0.25),
    "morning": (("#5f9fd6", "#aed0e8", "#fdebcb"), "#fff4d6", "#2b4a52", "#7d9160", 0.32, 0.0),
    "noon": (("#2877c4", "#76b5e6", "#d9eef8"), "#ffffff", "#23504c", "#7fa05a", 0.62, 0.0),
    "afternoon": (("#4a8cc4", "#b8d2d8", "#fde0a8"), "#ffeab8", "#3e4a3c", "#9a9250", 0.26, 0.0),
    "sunset": (("#2b2a60", "#b6476f", "#ffa14f"), "#ffd98a", "#2a1836", "#6b3f45", 0.06, 0.35),
    "dusk": (("#0f1c46", "#39508c", "#e0938a"), "#ffc994", "#0c1330", "#2b3350", -0.04, 0.8),
    "night": (("#070d26", "#15264f", "#38507f"), "#dfe8ff", "#05081a", "#1a2440", 0.6, 1.0),
}


def palette_of(look: Look) -> Palette:
    """The palette for the look's time, weather and season."""
    sky, light, dark, ground, height, lamps = TIMES[look.time]
    palette = Palette(
        sky=(rgb(sky[0]), rgb(sky[1]), rgb(sky[2])),
        light=rgb(light),
        dark=rgb(dark),
        ground=rgb(ground),
        height=height,
        lamps=lamps,
    )
    return _seasonal(_weathered(palette, look), look)


def _weathered(palette: Palette, look: Look) -> Palette:
    """Rain, storm and cloud take the colour out; snow and fog lift the dark."""
    grey = {"storm": 0.8, "rain": 0.62, "cloud": 0.4, "fog": 0.5, "snow": 0.5}.get(look.weather, 0.0)
    if not grey:
        return palette
    depth = {"storm": 0.55, "rain": 0.75}.get(look.weather, 1.0)
    top, middle, low = (_greyed(colour, grey, depth) for colour in palette.sky)
    lifted = mix(palette.dark, _greyed(low, 0.3, 0.7), 0.22 if look.weather in ("fog", "snow") else 0.06)
    return replace(palette, sky=(top, middle, low), dark=lifted, ground=_greyed(palette.ground, grey * 0.5, depth))


def _greyed(colour: Colour, share: float, depth: float) -> Colour:
    level = colour[0] * 0.3 + colour[1] * 0.55 + colour[2] * 0.15
    cool = (level * 0.96, level * 1.0, level * 1.08)
    red, green, blue = (part * depth for part in mix(colour, cool, share))
    return red, green, blue


def _seasonal(palette: Palette, look: Look) -> Palette:
    tints = {"autumn": "#a8642c", "winter": "#dfe6ee", "spring": "#8fb85f", "summer": "#7fa542"}
    if look.weather == "snow":
        return replace(palette, ground=mix(palette.ground, mix(palette.sky[2], (1.0, 1.0, 1.0), 0.5), 0.8))
    if look.season not in tints:
        return palette
    share = 0.3 if look.dark else 0.6
    return replace(palette, ground=mix(palette.ground, rgb(tints[look.season]), share))
