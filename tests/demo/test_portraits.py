"""Drawn portraits and covers: real pixels in the right shape, the same for the same person."""

import io

from PIL import Image

from demo.content.people import practitioners
from demo.content.portraits import cover_png, portrait_png, portrait_svg


def test_a_portrait_is_an_upright_picture_that_does_not_change() -> None:
    person = practitioners()[0]
    first = portrait_png(person, width=160)
    assert first == portrait_png(person, width=160)
    assert Image.open(io.BytesIO(first)).size == (160, 200)


def test_neighbours_do_not_look_alike() -> None:
    drawn = [portrait_svg(person) for person in practitioners()[:40]]
    assert len(set(drawn)) == len(drawn)


def test_a_portrait_fills_its_frame_with_more_than_a_background() -> None:
    picture = Image.open(io.BytesIO(portrait_png(practitioners()[3], width=160))).convert("RGB")
    assert picture.getpixel((2, 2)) != picture.getpixel((80, 150))


def test_a_cover_is_wide_and_its_own() -> None:
    stress = cover_png("stress", 240, 126)
    assert Image.open(io.BytesIO(stress)).size == (240, 126)
    assert stress == cover_png("stress", 240, 126)
    assert stress != cover_png("sommeil", 240, 126)
