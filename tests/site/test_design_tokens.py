"""Contrast of every allowed pair, recomputed from tokens.css in both themes (WCAG 2.2: text 4.5, shapes 3)."""

import gzip
import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).resolve().parents[2] / "site" / "assets"
TOKENS = (ASSETS / "css" / "tokens.css").read_text(encoding="utf-8")

PAIR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9A-F]{6}),\s*(#[0-9A-F]{6})\)", re.I)
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}

TEXT = {
    "encre": ["fond", "surface", "sable", "pind", "mield", "errd", "okd", "infod", "argiled", "olive-d", "prune-d"],
    "encre2": ["fond", "surface", "sable", "pind", "mield", "errd", "okd", "infod", "terre", "voisin", "mer"],
    "pin": ["fond", "surface", "sable", "pind", "terre", "voisin", "mer"],
    "pinf": ["fond", "surface"],
    "surpin": ["pin", "pinf", "argile"],
    "argile": ["fond", "surface", "sable", "argiled"],
    "err": ["fond", "surface", "errd"],
    "surerr": ["err"],
    "ok": ["fond", "surface", "okd"],
    "info": ["surface", "infod"],
    "miel": ["mield"],
    "ins": ["insd", "surface"],
    "dele": ["deld", "surface"],
}
SHAPES = {
    "bord": ["fond", "surface", "sable"],
    "focus": ["fond", "surface", "sable", "pind", "mield", "errd"],
    "olive": ["olive-d"],
    "prune": ["prune-d"],
}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(ink, ground) for ink, grounds in table.items() for ground in grounds]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), pairs(TEXT))
def test_text_is_readable_on_every_ground_it_may_stand_on(ink: str, ground: str, theme: int) -> None:
    # 5.5 is the floor of the design, above the 4.5 of the norm.
    assert ratio(COLOURS[ink][theme], COLOURS[ground][theme]) >= 5.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), pairs(SHAPES))
def test_borders_and_focus_rings_stand_out(ink: str, ground: str, theme: int) -> None:
    assert ratio(COLOURS[ink][theme], COLOURS[ground][theme]) >= 3


def test_styles_name_no_colour_of_their_own() -> None:
    literal = re.compile(r"(?<![\w-])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b(?!['\"])", re.I)
    found = {}
    for sheet in (ASSETS / "css").rglob("*.css"):
        if sheet.name == "tokens.css":
            continue
        text = re.sub(
            r"@media print \{.*?\n  \}|url\([^)]*\)|/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S
        )
        if hits := literal.findall(text):
            found[sheet.name] = hits
    assert found == {}


def test_the_style_of_a_first_view_stays_light() -> None:
    """18 KB in Brotli is the budget; gzip, always larger, is what the standard library has."""
    shared = b"".join((ASSETS / "css" / name).read_bytes() for name in ("tokens.css", "base.css", "components.css"))
    largest = max((sheet.stat().st_size, sheet) for sheet in (ASSETS / "css" / "pages").glob("*.css"))[1]
    assert len(gzip.compress(shared + largest.read_bytes(), 9)) <= 18 * 1024


def test_own_scripts_stay_light() -> None:
    scripts = b"".join(path.read_bytes() for path in sorted((ASSETS / "js").glob("*.js")))
    assert len(gzip.compress(scripts, 9)) <= 13 * 1024
