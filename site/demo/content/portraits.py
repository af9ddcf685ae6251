"""Drawn portraits and covers in the palette of the site: the same picture for the same person, and nobody's face.

Figures: Open Peeps by Pablo Stanley (CC0), through dicebear-core; the hills are drawn here. PNG, because Wagtail's
renditions need pixels.
"""

import json
import re
from functools import cache
from importlib.resources import files
from math import sin
from random import Random

import resvg_py
from dicebear import Avatar, Style

from demo.content.shapes import DemoPractitioner

WIDTH, HEIGHT = 320, 400
INKS = ("#3a332c", "#4a3226", "#2e2c2f", "#5a4030", "#3c3a36")
# (wall, window or panel, shelf line): paper, sand, pine and clay tints.
ROOMS = (
    ("#f2ebe0", "#fbf8f3", "#dcd2c3"),
    ("#dfeeeb", "#eff7f5", "#bdd8d3"),
    ("#f9e8df", "#fdf4ee", "#e7cdbf"),
    ("#edf0d9", "#f7f8ec", "#d3d9b2"),
    ("#e6eff9", "#f3f7fc", "#c7d6e8"),
    ("#f3e6ef", "#faf3f8", "#dcc6d5"),
    ("#fbebc8", "#fdf6e4", "#e8d2a0"),
)
CLOTHES = (
    "#14595a",
    "#96452b",
    "#55601a",
    "#1e4e86",
    "#7a3560",
    "#6a4a08",
    "#7f9d95",
    "#f4efe7",
    "#4d5b66",
)
LIGHT_SKIN, DARK_SKIN = ("#ffdbb4", "#f6cda3", "#edb98a", "#e3a877"), ("#c68652", "#a9713f", "#8a5a3a", "#694d3d")
HAIR = ("#2c1b18", "#4a312c", "#724133", "#a55728", "#b58143", "#3a2a22")
GRAY = ("#d8d2ca", "#b9b2a8")
WOMEN = (
    "bangs",
    "bangs2",
    "long",
    "longBangs",
    "longCurly",
    "medium1",
    "medium2",
    "medium3",
    "mediumBangs",
    "mediumBangs2",
    "mediumBangs3",
    "mediumStraight",
    "grayBun",
    "grayMedium",
)
MEN = (
    "short2",
    "short3",
    "short4",
    "short5",
    "pomp",
    "shaved2",
    "shaved3",
    "noHair2",
    "noHair3",
    "grayShort",
    "flatTop",
)
WOMEN_DARK = (*WOMEN[:10], "afro", "longAfro", "cornrows", "twists", "twists2", "bantuKnots")
MEN_DARK = ("short2", "short4", "shaved1", "shaved3", "flatTop", "dreads1", "twists", "noHair3", "short5")
DARKER_NAMES = {"Aïssatou", "Mamadou", "Ibrahim", "Mariam", "Rose-May", "Edwige", "Rodrigue"}
DARKER_LAST = {"Diallo", "Traoré", "Cissé", "Toussaint", "Ursule"}
SMILES = ("smile", "smile", "calm", "cute")


@cache
def style(name: str) -> Style:
    return Style(json.loads(files("dicebear_styles").joinpath(f"{name}.json").read_text("utf-8")))


def figure(person: DemoPractitioner, random: Random) -> str:
    woman = person.sex == "f"
    darker = person.first_name in DARKER_NAMES or person.last_name in DARKER_LAST or random.random() < 0.08
    head = random.choice((WOMEN_DARK if woman else MEN_DARK) if darker else (WOMEN if woman else MEN))
    ink = random.choice(INKS)
    options = {
        "seed": person.key,
        "headVariant": [head],
        "expressionVariant": [random.choice(SMILES)],
        "skinColor": [random.choice(DARK_SKIN if darker else LIGHT_SKIN)],
        "headContrastColor": [random.choice(GRAY if head.startswith("gray") else HAIR)],
        "clothingColor": [random.choice(CLOTHES)],
        "inkColor": [ink],
        "accessoriesProbability": 100 if random.random() < 0.3 else 0,
        "accessoriesVariant": [random.choice(("glasses", "glasses2", "glasses3", "glasses4"))],
        "maskProbability": 0,
        "facialHairProbability": 0 if woman or random.random() < 0.55 else 100,
        "facialHairVariant": [random.choice(("full", "full2", "full3", "goatee1"))],
    }
    # The shoulders are drawn in plain black whatever the ink.
    return Avatar(style("open-peeps"), options).to_string().replace('fill="black"', f'fill="{ink}"')


def room(random: Random) -> str:
    """A wall with daylight: a window, an arch or a round mirror, and sometimes a shelf with books."""
    wall, light, line = random.choice(ROOMS)
    kind = random.choice(("window", "arch", "mirror", "plain"))
    left = random.choice((24, 188))
    shapes = {
        "window": f'<rect x="{left}" y="40" width="108" height="150" rx="3" fill="{light}"/>'
        f'<path d="M{left + 54} 40v150M{left} 115h108" stroke="{line}" stroke-width="3"/>',
        "arch": f'<path d="M52 400V196a108 108 0 0 1 216 0v204z" fill="{light}"/>',
        "mirror": f'<circle cx="160" cy="190" r="128" fill="{light}"/>',
        "plain": f'<path d="M0 288h320" stroke="{line}" stroke-width="3"/><rect y="290" width="320" height="110" fill="{light}"/>',
    }
    return f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{wall}"/>{shapes[kind]}'


def placed(svg: str, x: int, y: int, size: int) -> str:
    """The square drawing without its own frame: clipping it costs half the time and the portrait's edge clips it anyway."""
    body = re.sub(
        r' clip-path="[^"]*"|<metadata.*?</metadata>|<clipPath.*?</clipPath>',
        "",
        svg[svg.index(">") + 1 : svg.rindex("</svg>")],
    )
    return f'<g transform="translate({x} {y}) scale({size / 704:.4f})" fill="none">{body}</g>'


def to_png(svg: str, width: int, height: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True))


def portrait_svg(person: DemoPractitioner) -> str:
    random = Random(f"portrait {person.key}")
    background = room(random)
    size = random.choice((332, 346, 360))
    x = (WIDTH - size) // 2 + random.choice((-6, 0, 6))
    drawing = placed(figure(person, random), x, HEIGHT - size + 2, size)
    if random.random() < 0.5:
        drawing = f'<g transform="translate({WIDTH} 0) scale(-1 1)">{drawing}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{background}{drawing}</svg>"
    )


def portrait_png(person: DemoPractitioner, width: int = 480) -> bytes:
    """A 4:5 portrait, 480 × 600 pixels unless told."""
    return to_png(portrait_svg(person), width, width * HEIGHT // WIDTH)


SKIES = ("#f2ebe0", "#fbf1e2", "#e9f1ee", "#f6ece4", "#eef0e2")
ORBS = ("#f1d38a", "#eba98a", "#f6e3b4")
HILLS = (
    ("#c9dad3", "#d9d3bd", "#dfc9b6", "#cfd8bd"),
    ("#9dbdb4", "#bdb98f", "#cda58b", "#a9b98c"),
    ("#5f918a", "#8b8a55", "#b07a5c", "#74894f"),
    ("#14595a", "#55601a", "#96452b", "#3c5a3f"),
)


def hill(random: Random, width: int, base: float, swell: float) -> str:
    """One line of hills: three slow waves added, closed at the bottom."""
    waves = [
        (random.uniform(0.4, 1.0) / rank, random.uniform(0.6, 1.1) * rank, random.uniform(0, 6.3)) for rank in (1, 2, 3)
    ]
    points = [
        (x, base - swell * sum(height * sin(pitch * 6.28 * x / width + shift) for height, pitch, shift in waves) / 2)
        for x in range(-20, width + 41, 20)
    ]
    line = " ".join(f"L{x} {y:.1f}" for x, y in points)
    return f"M-20 2000 {line} L{width + 40} 2000Z"


def cover_svg(key: str, width: int, height: int) -> str:
    random = Random(f"cover {key}")
    family = random.randrange(4)
    parts = [f'<rect width="{width}" height="{height}" fill="{random.choice(SKIES)}"/>']
    sun = (random.uniform(0.15, 0.85) * width, random.uniform(0.16, 0.34) * height, random.uniform(0.07, 0.12) * height)
    parts.append(f'<circle cx="{sun[0]:.0f}" cy="{sun[1]:.0f}" r="{sun[2]:.0f}" fill="{random.choice(ORBS)}"/>')
    for rank, shades in enumerate(HILLS):
        base = height * (0.42 + 0.17 * rank + random.uniform(-0.03, 0.03))
        parts.append(f'<path d="{hill(random, width, base, height * 0.1)}" fill="{shades[family]}"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'


def cover_png(key: str, width: int = 1200, height: int = 630) -> bytes:
    """A wide landscape for a theme, an article or a structure."""
    return to_png(cover_svg(key, width, height), width, height)
