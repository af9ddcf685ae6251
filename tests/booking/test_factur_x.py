"""Each kind of invoice, under each VAT, is a Factur-X that the rules of EN 16931 accept, in a PDF/A-3b."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from booking.actions import client_invoices, fee_invoices, invoices
from booking.invoicing.factur_x import xml_of
from booking.invoicing.pdf import compose
from booking.models import BillingDetails, Invoice
from common.clock import PARIS, now
from tests.booking.factur_x_rules import attached, broken, must_be_pdf_a
from tests.factories.invoices import PLATFORM, billing_practitioner, fee_paid, session_that_took_place

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


def session(vat: str, *, paid: int = 6000, business: bool = False) -> Invoice:
    appointment = session_that_took_place(billing_practitioner(vat), paid=paid)
    if business:
        BillingDetails.objects.create(
            user=appointment.client,
            name="Atelier du Port",
            street="3 quai des Belges",
            postal_code="13001",
            town="Marseille",
            siren="552100554",
            vat_number="FR15552100554",
            updated_at=now(),
        )
    return client_invoices.issue(appointment=appointment, now=now())


def credit_note(vat: str) -> Invoice:
    invoice = session(vat)
    return invoices.correct(invoice=invoice, amount_cents=1999, reason="Séance écourtée", now=now())


def fees(cents: tuple[int, ...] = (245, 208, 65)) -> Invoice:
    practitioner = billing_practitioner()
    moment = now().astimezone(PARIS).replace(day=1) - dt.timedelta(days=3)
    for number, fee in enumerate(cents):
        fee_paid(practitioner, moment + dt.timedelta(hours=2 * number), fee)
    (invoice,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    return invoice


CASES: dict[str, Callable[[], Invoice]] = {
    "fees": fees,
    "session-franchise": lambda: session("franchise"),
    "session-20": lambda: session("standard"),
    "session-care": lambda: session("care"),
    "session-teaching": lambda: session("teaching"),
    "session-to-pay": lambda: session("standard", paid=2000),
    "session-unpaid": lambda: session("franchise", paid=0),
    "business-20": lambda: session("standard", business=True),
    "business-franchise": lambda: session("franchise", paid=2000, business=True),
    "credit-20": lambda: credit_note("standard"),
    "credit-franchise": lambda: credit_note("franchise"),
}
BETWEEN_BUSINESSES = ("fees", "business-20", "business-franchise")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_it_breaks_no_rule_of_en_16931(case: str) -> None:
    assert broken(xml_of(CASES[case]()), "en16931") == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", BETWEEN_BUSINESSES)
def test_between_businesses_it_breaks_no_rule_of_france(case: str) -> None:
    assert broken(xml_of(CASES[case]()), "france") == []


@pytest.mark.django_db
def test_the_rules_find_what_is_wrong() -> None:
    """Else the tests above would prove nothing."""
    wrong = xml_of(session("standard")).replace(
        b">50.00</ram:TaxBasisTotalAmount>", b">49.00</ram:TaxBasisTotalAmount>"
    )
    assert any(rule.startswith("BR-CO-13") or "BR-CO-13" in rule for rule in broken(wrong, "en16931"))


@pytest.mark.django_db
def test_a_name_that_no_font_can_print_stays_whole_in_the_xml() -> None:
    row = session_that_took_place(billing_practitioner("franchise"), contact_first_name="Léa 🌿李")
    invoice = client_invoices.issue(appointment=row, now=now())
    assert "Léa 🌿李" in attached(compose(invoice))["factur-x.xml"].decode()


@pytest.mark.django_db
def test_every_case_is_a_pdf_a_with_its_xml_inside(tmp_path: Path) -> None:
    files = []
    for name, make in CASES.items():
        invoice = make()
        content = compose(invoice)
        assert attached(content) == {"factur-x.xml": xml_of(invoice)}
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(content)
    must_be_pdf_a(files)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vat", "category", "code", "tax"),
    [
        ("franchise", "E", "VATEX-FR-FRANCHISE", "0.00"),
        ("standard", "S", None, "10.00"),
        ("care", "E", "VATEX-FR-CGI261-4", "0.00"),
    ],
)
def test_the_vat_of_each_case(vat: str, category: str, code: str | None, tax: str) -> None:
    root = etree.fromstring(xml_of(session(vat)))
    (found,) = root.iterfind(f".//{RAM}ApplicableHeaderTradeSettlement/{RAM}ApplicableTradeTax")
    assert found.findtext(f"{RAM}CategoryCode") == category
    assert found.findtext(f"{RAM}ExemptionReasonCode") == code
    assert found.findtext(f"{RAM}CalculatedAmount") == tax


@pytest.mark.django_db
def test_what_french_law_wants_written() -> None:
    bill, business, consumer = fees(), session("standard", business=True), session("franchise")
    late = {"PMD", "PMT", "AAB"}
    assert late <= {note["code"] for note in bill.notes}
    assert late <= {note["code"] for note in business.notes}
    words = " ".join(note["text"] for note in consumer.notes)
    assert "art. 293 B du CGI" in words
    assert "Médiation Exemple" in words
    assert "au nom et pour le compte de" in words
    assert not late & {note["code"] for note in consumer.notes}
    assert business.buyer["siren"] == "552100554"
