"""The colour a site gives to the widget, made readable: text in it and on it keeps a contrast of 4.5 at least.

A colour that is too light is darkened just enough for a light page, and lightened for a dark one.
"""

import re
from dataclasses import dataclass

DEFAULT = "14595a"
ENOUGH = 4.6  # the norm asks for 4.5; browsers round
# The grounds of tokens.css on which the colour is written.
LIGHT_GROUNDS, DARK_GROUNDS = ("ffffff", "fbf8f3"), ("211e1a", "171512")
BLACK, WHITE = "000000", "ffffff"
STEPS = 50
Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Shades:
    """One theme's: the colour itself, a stronger one under the pointer, a tint, and what is written on the colour."""

    colour: str
    stronger: str
    tint: str
    on_colour: str


def parse(text: str) -> str:
    """Six hexadecimal digits in small letters from `#14595A`, `14595a` or `#abc`; the default from anything else."""
    text = text.strip().removeprefix("#").lower()
    if re.fullmatch(r"[0-9a-f]{3}", text):
        text = "".join(2 * digit for digit in text)
    return text if re.fullmatch(r"[0-9a-f]{6}", text) else DEFAULT


def shades(given: str) -> tuple[Shades, Shades]:
    """For the light and for the dark theme."""
    return _shades(given, LIGHT_GROUNDS, BLACK, WHITE), _shades(given, DARK_GROUNDS, WHITE, BLACK)


def css(given: str) -> str:
    """The style sheet that gives the widget its colour; only digits from `parse` go in."""
    light, dark = shades(given)
    pairs = {
        "pin": (light.colour, dark.colour),
        "pinf": (light.stronger, dark.stronger),
        "pind": (light.tint, dark.tint),
        "surpin": (light.on_colour, dark.on_colour),
        "argile": (light.colour, dark.colour),
    }
    lines = [f"--{name}: light-dark(#{one}, #{other});" for name, (one, other) in pairs.items()]
    return ":root { " + " ".join(lines) + " }\n"


def ratio(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shades(given: str, grounds: tuple[str, ...], towards: str, on_colour: str) -> Shades:
    """The nearest shade of `given`, on its way to black or white, that can be read on the grounds and on its own tint."""
    for step in range(STEPS + 1):
        colour = _mix(given, towards, step / STEPS)
        tint = _mix(grounds[0], colour, 0.1)
        if min(ratio(colour, ground) for ground in (*grounds, tint, on_colour)) >= ENOUGH:
            return Shades(colour, _mix(colour, towards, 0.2), tint, on_colour)
    return Shades(towards, towards, grounds[0], on_colour)


def _mix(one: str, other: str, part: float) -> str:
    """`one` with a `part` of `other` in it."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _rgb(colour: str) -> Rgb:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _luminance(colour: str) -> float:
    channels = [value / 255 for value in _rgb(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
