"""Documents on paper, whatever people typed into what they print."""

import datetime as dt
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from common.pdf import compose

TEMPLATE = '#set document(title: "Essai")\n#let data = json(bytes(sys.inputs.data))\n#data.name #data.lines.join(" ")'
MOMENT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "essai.typ"
    path.write_text(TEMPLATE)
    return path


def text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("exotic", ["🌿", "李", "ﷺ", "\U0010ffff"])
def test_a_letter_that_the_font_lacks_makes_a_box_and_a_file(template: Path, exotic: str) -> None:
    found = text(compose(template, {"name": f"Léa {exotic}", "lines": ["l’œuvre à 60,00\u00a0€"]}, moment=MOMENT))
    assert "Léa □" in found
    assert "l’œuvre à 60,00" in found


def test_what_the_font_has_stays(template: Path) -> None:
    found = text(compose(template, {"name": "Łukasz Ωμέγα Жанна → ✓", "lines": []}, moment=MOMENT, standard="a-3b"))
    assert found == "Łukasz Ωμέγα Жанна → ✓"


def test_the_same_content_is_the_same_file(template: Path) -> None:
    one, other = (compose(template, {"name": "Léa", "lines": []}, moment=MOMENT) for _ in range(2))
    assert one == other
