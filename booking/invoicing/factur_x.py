"""An invoice as the XML of Factur-X (EN 16931, syntax CII). Each key is a business term of the norm: BT-1 is the number."""

from typing import Any

from facturx.generate_xml import generate_cii_xml

from booking.invoicing.parties import Party
from booking.invoicing.vat import CASES
from booking.models import Invoice, InvoiceLine, Vat

LEVEL = "en16931"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
CARD, BETWEEN_PARTNERS, NOT_DEFINED = "48", "97", "1"  # UNTDID 4461
SIREN, E_INVOICING = "0002", "0225"  # ISO 6523


def xml_of(invoice: Invoice) -> bytes:
    """Checked against the schema of the format; the rules of EN 16931 are checked by the tests, case by case."""
    return generate_cii_xml(_terms(invoice), level=LEVEL, check_xsd=True, check_schematron=False)


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _terms(invoice: Invoice) -> dict[str, Any]:
    case = CASES[Vat(invoice.vat)]
    rate = f"{invoice.vat_basis_points / 100:.2f}"
    lines = list(invoice.lines.all())
    tax: dict[str, Any] = {
        "BT-116": euros(invoice.net_cents),
        "BT-117": euros(invoice.vat_cents),
        "BT-118": case.category,
        "BT-119": rate,
    }
    if case.code:
        tax |= {"BT-120": case.mention, "BT-121": case.code}
    terms: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": CREDIT_NOTE if invoice.is_credit_note else INVOICE,
        "BT-5": "EUR",
        "BT-9": invoice.due_on,
        "BT-72": max((line.served_on for line in lines if line.served_on), default=invoice.issued_on),
        "BT-23": _process(invoice),
        "BG-1": [{"BT-21": note["code"], "BT-22": note["text"]} for note in _notes(invoice)],
        "BG-4": _party(invoice.seller),
        "BG-7": _party(invoice.buyer),
        "BT-81": _means(invoice),
        "BG-23": [tax],
        "BT-106": euros(invoice.net_cents),
        "BT-109": euros(invoice.net_cents),
        "BT-110": euros(invoice.vat_cents),
        "BT-112": euros(invoice.gross_cents),
        "BT-113": euros(invoice.prepaid_cents),
        "BT-115": euros(invoice.due_cents),
        "BG-25": [_line(line, case.category, rate) for line in lines],
    }
    if invoice.period_start and invoice.period_end:
        terms |= {"BT-73": invoice.period_start, "BT-74": invoice.period_end}
    if invoice.credit_of:
        terms["BG-3"] = [{"BT-25": invoice.credit_of.number, "BT-26": invoice.credit_of.issued_on}]
    return terms


def _process(invoice: Invoice) -> str:
    """Of France's e-invoicing: a service still to be paid, or paid already."""
    return "S2" if invoice.due_cents == 0 else "S1"


def _notes(invoice: Invoice) -> list[dict[str, str]]:
    reason = [{"code": "AAI", "text": invoice.reason}] if invoice.reason else []
    return [*reason, *invoice.notes]


def _means(invoice: Invoice) -> str:
    if invoice.kind == Invoice.Kind.FEE:
        return BETWEEN_PARTNERS
    return CARD if invoice.prepaid_cents else NOT_DEFINED


def _line(line: InvoiceLine, category: str, rate: str) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "BT-126": str(line.position),
        "BT-129": "1",
        "BT-130": "C62",
        "BT-131": euros(line.net_cents),
        "BT-146": euros(line.net_cents),
        "BT-151": category,
        "BT-152": rate,
        "BT-153": line.label,
    }
    return terms | ({"BT-154": line.detail} if line.detail else {})


def _party(party: Party) -> dict[str, Any]:
    """Empty facts are left out: the norm refuses an element that says nothing."""
    facts: dict[str, Any] = {
        "name": party["name"],
        "legal_info": party["legal_form"],
        "addr_l1": party["street"],
        "postcode": party["postal_code"],
        "city": party["town"],
        "country_code": "FR",
        "vat_identifier": party["vat_number"],
    }
    if party["siren"]:
        facts |= {"legal_identifier": party["siren"], "legal_identifier_schemeid": SIREN}
        facts |= {"einvoicing_addr": party["siren"], "einvoicing_addr_schemeid": E_INVOICING}
        # A seller who charges no VAT has no VAT number: the SIREN stands for the registration that the norm asks for.
        facts |= {} if party["vat_number"] else {"tax_identifier": party["siren"]}
    return {name: value for name, value in facts.items() if value}
