"""The VAT cases of an invoice, and VAT taken out of amounts that hold it. Whole cents, half up; lines sum to their total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from booking.models import Vat


@dataclass(frozen=True)
class Case:
    """`category` and `code` are those of EN 16931 (UNTDID 5305, VATEX); `mention` is what French law wants written."""

    category: str
    basis_points: int
    code: str = ""
    mention: str = ""


CASES = {
    Vat.STANDARD: Case("S", 2000),
    Vat.FRANCHISE: Case("E", 0, "VATEX-FR-FRANCHISE", "TVA non applicable, art. 293 B du CGI"),
    Vat.EXEMPT_CARE: Case("E", 0, "VATEX-FR-CGI261-4", "Exonération de TVA, art. 261, 4, 1° du CGI"),
    Vat.EXEMPT_TEACHING: Case("E", 0, "VATEX-FR-CGI261-4", "Exonération de TVA, art. 261, 4, 4° du CGI"),
}


def net_of(gross_cents: int, basis_points: int) -> int:
    """What is left of an amount that holds VAT at this rate once the VAT is out: 245 at 20 % → 204."""
    return int((Decimal(gross_cents) * 10_000 / (10_000 + basis_points)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def nets(gross: Sequence[int], basis_points: int) -> list[int]:
    """The net of each line, so that they sum to the net of their total: no cent is lost between the lines and the foot.

    The cents that rounding each line apart would lose go, one each, to the lines that lost most.
    """
    total = net_of(sum(gross), basis_points)
    exact = [Decimal(cents) * 10_000 / (10_000 + basis_points) for cents in gross]
    floors = [int(value) for value in exact]
    missing = total - sum(floors)
    by_loss = sorted(range(len(gross)), key=lambda index: (floors[index] - exact[index], index))
    for index in by_loss[:missing]:
        floors[index] += 1
    return floors
