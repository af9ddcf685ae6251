"""Documents from outside: the honest are kept without what they tell of the person, the hostile are refused with words."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.roles import Role
from common import untrusted
from practitioners.actions import applications
from practitioners.models import ApplicationItem
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why
from tests.practitioners.papers import archive, pdf, photograph


def sent(content: bytes, name: str = "document") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 60 000 pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    side = (60_000).to_bytes(4, "big")
    header = chunk(b"IHDR", side + side + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


HOSTILE = {
    "nothing": (b"", "a.pdf", "vide"),
    "fifty megabytes": (pdf() + b" " * (50 * 1024 * 1024), "a.pdf", "10 Mo"),
    "svg with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "a.svg", "PDF"),
    "svg named as a picture": (b"<svg onload=alert(1)>", "a.png", "PDF"),
    "a program": (b"MZ\x90\0", "a.pdf", "PDF"),
    "an archive": (archive(), "a.zip", "PDF"),
    "a picture that is an archive too": (photograph() + archive(), "a.jpg", "archive"),
    "a PDF that is an archive too": (pdf() + archive(), "a.pdf", "archive"),
    "a PDF with a page of a site before": (pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1), "a.pdf", "autre chose"),
    "a PDF with something after": (pdf(pages=20) + b"<?php system($_GET[0]); ?>", "a.pdf", "ajouté"),
    "a PDF with a program": (
        pdf(catalog="/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>"), "a.pdf", "programme",
    ),
    "a PDF with a file inside": (
        pdf(catalog="/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)>>]>>>>"), "a.pdf", "programme",
    ),
    "a PDF cut in two": (pdf()[:120], "a.pdf", "entier"),
    "a PDF that says nothing": (b"%PDF-1.7\n%%EOF", "a.pdf", "abîmé"),
    "a PDF of too many pages": (pdf(pages=61), "a.pdf", "60"),
    "a picture cut in two": (photograph(size=(600, 400))[:700], "a.jpg", "abîmée"),
    "a decompression bomb": (bomb(), "a.png", "pixels|abîmée"),
    "a JPEG named PDF": (photograph(), "attestation.pdf", "JPEG"),
    "a PDF named as a program": (pdf(), "attestation.pdf.exe", "exe"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_words(name):
    content, filename, words = HOSTILE[name]
    with pytest.raises(ValidationError) as refused:
        untrusted.settle(sent(content, filename))
    said = " ".join(refused.value.messages)
    assert any(word in said for word in words.split("|")), said


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_kept_without_where_it_was_taken(kind):
    original = photograph(kind)
    assert b"Appareil de Camille" in original
    kept = untrusted.settle(sent(original, f"photo.{kind.lower()}")).read()
    assert b"Appareil de Camille" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert (opened.format, opened.size, dict(opened.getexif())) == ("JPEG", (60, 40), {})


def test_a_photograph_lying_on_its_side_is_set_upright_and_a_large_one_made_smaller():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (4000, 1000)).save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(untrusted.settle(sent(out.getvalue(), "a.jpg")).read())) as opened:
        assert opened.size == (750, 3000)


def test_a_pdf_is_kept_as_it_came_because_it_is_evidence():
    assert untrusted.settle(sent(pdf(pages=3), "attestation.pdf")).read() == pdf(pages=3)


def test_what_is_shown_of_a_document_is_a_drawing_with_bounds():
    content = pdf(pages=2, size="100 900000")
    assert untrusted.page_count(content) == 2
    with Image.open(io.BytesIO(untrusted.picture(content, number=1, width=300))) as drawn:
        assert drawn.format == "JPEG"
        assert drawn.width <= 300
        assert drawn.height <= 900
    for number in (-1, 2, 10**9):
        with pytest.raises(untrusted.NotShown):
            untrusted.picture(content, number=number, width=300)


@pytest.mark.django_db
def test_the_desk_shows_drawings_and_gives_the_original_only_to_be_kept(as_user):
    practitioner = PractitionerFactory(applying=True)
    item = next(i for i in applications.open_file(practitioner=practitioner) if i.kind == "insurance")
    applications.declare(item=item, value="Assureur", document=sent(pdf(pages=2), "document.pdf"))
    desk = as_user(UserFactory(roles=[Role.VERIFICATION]))
    say_why(desk, reverse("verification_file", args=[practitioner.pk]))
    arguments = [practitioner.pk, item.pk]
    page = desk.get(reverse("verification_file", args=[practitioner.pk])).content.decode()
    assert reverse("verification_picture", args=[*arguments, 1]) in page
    assert "<iframe" not in page
    pages = desk.get(reverse("verification_pages", args=arguments)).content.decode()
    assert pages.count("/pages/1/") == pages.count("/pages/2/") == 1
    drawn = desk.get(reverse("verification_picture", args=[*arguments, 2]))
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/jpeg")
    assert desk.get(reverse("verification_picture", args=[*arguments, 3])).status_code == 404
    original = desk.get(reverse("verification_document", args=arguments))
    assert original["Content-Disposition"].startswith("attachment")
    assert b"".join(original.streaming_content) == pdf(pages=2)
    # What was kept before documents were looked at is said not to be shown, not an error.
    applications.declare(item=item, value="Assureur", document=sent(b"%PDF-1.4 autre", "document.pdf"))
    assert "ne peut pas être montré" in desk.get(reverse("verification_pages", args=arguments)).content.decode()


@pytest.mark.django_db
def test_the_office_refuses_with_words_and_keeps_what_was_typed(as_user):
    practitioner = PractitionerFactory(applying=True)
    item = next(i for i in applications.open_file(practitioner=practitioner) if i.kind == "insurance")
    answer = as_user(practitioner.user).post(
        reverse("office_item", args=[item.pk]),
        {"value": "Assureur, RC-9", "document": sent(pdf() + archive(), "a.pdf")},
    )
    assert answer.status_code == 422
    assert "Assureur, RC-9" in answer.content.decode()
    assert "archive" in answer.content.decode()
    assert ApplicationItem.objects.get(pk=item.pk).status == "missing"
