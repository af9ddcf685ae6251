"""What a practitioner shows the page with (P7): address, QR code, cards, sign, badge."""

import io
from collections.abc import Callable
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from practitioners.models import Practitioner
from practitioners.sharing import badge
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def address_of(practitioner: Practitioner) -> str:
    address: str = practitioner.page.get_full_url()
    assert address.startswith("http")
    return address


def test_a_phone_that_looks_at_the_code_opens_the_page(as_user: AsUser) -> None:
    practitioner = PractitionerFactory()
    content = as_user(practitioner.user).get(reverse("office_sharing_code", args=["png"])).content
    assert read(Image.open(io.BytesIO(content))) == [address_of(practitioner)]


@pytest.mark.parametrize(("kind", "codes", "size"), [("cartes", 10, (210, 297)), ("affiche", 1, (148, 210))])
def test_what_is_printed_says_who_and_opens_the_page(
    as_user: AsUser, kind: str, codes: int, size: tuple[int, int]
) -> None:
    practitioner = PractitionerFactory(first_name="Éloïse-Marguerite", last_name="de La Rochefoucauld-Montbel")
    response = as_user(practitioner.user).get(reverse("office_sharing_sheet", args=[kind]))
    assert response["Content-Disposition"] == f'attachment; filename="{kind}-{practitioner.slug}.pdf"'
    document = pypdfium2.PdfDocument(response.content)
    assert len(document) == 1
    page = document[0]
    assert tuple(round(points / 72 * 25.4) for points in page.get_size()) == size
    words = " ".join(page.get_textpage().get_text_range().split())
    for said in ("Rochefoucauld", "Sophrologie", "ne le remplace jamais"):
        assert said in words
    assert read(page.render(scale=4).to_pil()) == [address_of(practitioner)] * codes


def test_a_name_with_an_emoji_is_printed_with_a_box(as_user: AsUser) -> None:
    practitioner = PractitionerFactory(last_name="Morel 🌿")
    assert as_user(practitioner.user).get(reverse("office_sharing_sheet", args=["affiche"])).content.startswith(b"%PDF")


def test_the_page_gives_the_address_and_the_code_of_both_badges(as_user: AsUser) -> None:
    practitioner = PractitionerFactory(last_name="d’<b>Orme</b>")
    page = as_user(practitioner.user).get(reverse("office_sharing")).content.decode()
    assert f'value="{address_of(practitioner)}"' in page
    for look in badge.LOOKS:
        assert f"/badge/{look}.svg" in page
    assert "<b>Orme" not in page
    # What is pasted elsewhere is as safe as what is shown here: escaped once in the code, once more on this page.
    assert "&amp;lt;b&amp;gt;Orme" in page


def test_nothing_is_printed_of_a_page_that_is_not_public(as_user: AsUser) -> None:
    practitioner = PractitionerFactory(applying=True)
    browser = as_user(practitioner.user)
    page = browser.get(reverse("office_sharing"))
    assert page.status_code == 200
    assert "n’est pas encore publique" in page.content.decode()
    for name, word in (("office_sharing_code", "svg"), ("office_sharing_sheet", "cartes")):
        assert browser.get(reverse(name, args=[word])).status_code == 404


@pytest.mark.parametrize("address", ["code.exe", "tracts.pdf"])
def test_what_does_not_exist_is_not_found(as_user: AsUser, address: str) -> None:
    assert as_user(PractitionerFactory().user).get(f"/espace-praticien/partager/{address}").status_code == 404


def test_the_badge_is_a_drawing_for_everybody_that_sets_no_cookie(client: Client) -> None:
    answers = [client.get(reverse("badge", args=[look]), headers={"accept-language": "en"}) for look in badge.LOOKS]
    assert len({answer.content for answer in answers}) == len(answers)
    for answer in answers:
        assert answer["Content-Type"] == "image/svg+xml"
        assert "Vary" not in answer or "cookie" not in answer["Vary"].lower()
        assert not answer.cookies
        drawing = ElementTree.fromstring(answer.content)  # noqa: S314 (our own)
        assert drawing.get("aria-label") == "Référencé sur Mon Pro du Bien-Être"
        assert not any(tag.tag.endswith(("script", "image", "use")) for tag in drawing.iter())
    assert client.get("/badge/rose.svg").status_code == 404
