"""Whatever the team takes out of the site says who took it, when and why, and is on record under the number it bears."""

import datetime as dt
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader
from wagtail.documents import get_document_model

from accounts.roles import Role
from booking.ledger import entries
from booking.models.appointment import Status
from common.clock import now
from common.models import ExportRecord
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.legal.test_access_log import desks
from tests.legal.test_breaches import opened
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db
WHY = "Demande de la CNIL du 3 novembre"


def breach() -> str:
    return reverse("legal_desk_breach_pdf", args=[opened(UserFactory(roles=[Role.LEGAL])).reference])


def register(form: str, role: str) -> str:
    return f"{reverse('legal_desk_register_export', args=[form])}?role={role}"


def figures_of_clients() -> str:
    AppointmentFactory(status=Status.DONE, starts_at=now() - dt.timedelta(days=400))
    return f"{reverse('cms_anonymous')}?format=csv"


def ledger() -> str:
    payment = PaymentFactory(paid_at=now())
    entries.payment_taken(payment, now=now())
    return reverse("cms_ledger_export")


def practitioners() -> str:
    PractitionerFactory()
    return "/cms/praticiens/?export="


# Name of the route, who takes it, its address (made with what it needs), and whether it names people: then why is asked.
EXPORTS: tuple[tuple[str, Role, Callable[[], str], str, bool], ...] = (
    ("practitioners", Role.OPERATOR, practitioners, "csv", True),
    ("practitioners", Role.OPERATOR, practitioners, "xlsx", True),
    ("cms_ledger_export", Role.OPERATOR, ledger, "csv", True),
    ("legal_desk_register_export", Role.LEGAL, lambda: register("csv", "responsable"), "csv", False),
    ("legal_desk_register_export", Role.LEGAL, lambda: register("ods", "sous-traitant"), "ods", False),
    ("legal_desk_rights_export", Role.LEGAL, lambda: reverse("legal_desk_rights_export", args=["csv"]), "csv", False),
    ("legal_desk_rights_export", Role.LEGAL, lambda: reverse("legal_desk_rights_export", args=["ods"]), "ods", False),
    ("cms_statistics", Role.OPERATOR, lambda: f"{reverse('cms_statistics')}?format=csv", "csv", False),
    ("cms_anonymous", Role.LEGAL, figures_of_clients, "csv", False),
    ("legal_desk_breach_pdf", Role.LEGAL, breach, "pdf", False),
)
# Files of the desks that are no export of a list, each with why no mark is written into it.
OTHER_FILES = {
    "cms_tax_file": "the tax office's own format; who takes it is recorded, and its number is in the answer",
    "legal_desk_disclosure_archive": "sealed by its hash when it was approved: a mark would break the seal; its opening is recorded",
    "legal_desk_proof_files": "marked across every page (tests/legal/test_proof_files.py)",
    "legal_desk_death_copy": "the copy for whom the person named; each download is recorded",
    "legal_desk_right_letter": "the letter that is sent to the person",
    "legal_desk_right_proof": "the person's own document, shown for a moment; its opening is recorded",
    "cms_invoice_file": "an invoice as its client has it; its opening is recorded",
    "verification_document": "the practitioner's own document; its opening is recorded",
}
SIGNS = ("Content-Disposition", "FileResponse", "pdf_response", "document_response", "file_of")


def text_of(form: str, content: bytes) -> str:
    if form == "pdf":
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        assert all("Export X-" in page for page in pages), "on each page"
        return " ".join(" ".join(pages).split())
    if form == "ods":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            xml = archive.read("content.xml").decode()
        sheets = xml.split("<table:table ")[1:]
        assert all("Export X-" in each for each in sheets), "on each sheet"
        return xml
    if form == "xlsx":
        rows = list(load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True))
        return "\n".join(str(row) for row in rows)
    return content.decode("utf-8-sig")


@pytest.mark.parametrize(("name", "role", "address", "form", "asks"), EXPORTS, ids=[f"{e[0]}-{e[3]}" for e in EXPORTS])
def test_each_export_says_who_when_and_why(
    client: Client, login_as: Any, name: str, role: Role, address: Any, form: str, asks: bool
) -> None:
    path = address()
    if name == "practitioners":
        path += form
    taker = login_as(role)
    if asks:
        assert ExportRecord.objects.count() == 0
        page = client.get(path)
        assert "Content-Disposition" not in page.headers, "asked first"
        say_why(client, path, WHY)
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    (record,) = ExportRecord.objects.all()
    assert (record.exporter, record.format) == (taker, form)
    assert record.reason == (WHY if asks else "chiffres ou registre, sans nom")
    assert record.reference in answer.headers["Content-Disposition"], "and in the name of the file"
    said = text_of(form, content)
    assert record.reference in said
    assert taker.email in said
    assert f"{record.exported_at.astimezone(dt.UTC):%Y}" in said
    assert record.reason in said
    if asks and form == "csv":
        assert all(record.reference in line for line in said.strip().splitlines()[1:]), "on each line"


@pytest.mark.parametrize("path", ["/cms/reports/locked/", "/cms/reports/workflow/"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_reports_of_wagtail_are_read_and_not_taken_away(
    client: Client, login_as: Any, path: str, form: str
) -> None:
    login_as(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(path).status_code == 200
    answer = client.get(path, {"export": form}, follow=True)
    assert "Content-Disposition" not in answer.headers
    assert "Les fichiers sont faits par les registres" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?export=csv"])
def test_a_public_document_is_no_report(client: Client, settings: Any, tmp_path: Path, query: str) -> None:
    """Wagtail's view of documents is wrapped in itself: whoever looks for its end does not come back."""
    settings.MEDIA_ROOT = tmp_path
    document = get_document_model().objects.create(title="Charte", file=ContentFile(b"%PDF-1.4", name="charte.pdf"))
    on_disk = Path(document.file.path)
    on_disk.parent.mkdir(parents=True, exist_ok=True)
    on_disk.write_bytes(b"%PDF-1.4")
    answer = client.get(document.url + query)
    # A file of the library is no list of people, and no report of Wagtail's: with the parameter it is refused all the same.
    assert answer.status_code == (302 if query else 200)
    answer.close()


def test_every_file_that_a_desk_hands_out_is_one_of_these() -> None:
    """A new export is either walked above, or listed with why nothing is written into it."""
    known = {each[0] for each in EXPORTS} | set(OTHER_FILES)
    unknown = set()
    for _path, entry in desks():
        view = entry.callback
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        code = getattr(view, "__code__", None)
        if code is None or not view.__module__.startswith(
            ("accounts", "booking", "editorial", "legal", "practitioners", "search")
        ):
            continue
        names = _names(code, sys.modules[view.__module__])
        if names & set(SIGNS) and (entry.name or "") not in known:
            unknown.add(f"{entry.name} ({view.__module__})")
    assert not unknown, sorted(unknown)


def _names(code: Any, module: Any, depth: int = 2) -> set[str]:
    """What a view says and calls, and the functions of its module that it calls."""
    found = {*code.co_names, *(text for text in code.co_consts if isinstance(text, str))}
    if depth:
        for name in code.co_names:
            called = getattr(module, name, None)
            if getattr(called, "__module__", "") == module.__name__ and hasattr(called, "__code__"):
                found |= _names(called.__code__, module, depth - 1)
    return found
