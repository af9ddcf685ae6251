"""What a practitioner received through the platform in a year, by quarter, as the declaration counts it.

- A quarter is one of Paris' calendar; a payment belongs to that in which it was made, and what was given back of it later
  (refunds, disputes lost) is taken off the same quarter: no quarter is ever negative, and money given back after the file was filed shows as a
  difference, which the next file corrects.
- The consideration is net of the platform's fees, which are declared beside it (Directive 2021/514, annex V, I.A.10).
- What is paid on the spot for a session that took place is known to the platform by its price, and so counts too
  (setting DAC7_ON_SITE; counsel confirms).
- Personal services have no threshold: that of 30 sales and 2 000 € excludes sellers of goods only (annex V, I.B.4.d).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from booking.models import Appointment, Dispute, Payment, Refund, Status
from common.clock import PARIS

EURO = 100


@dataclass
class Quarter:
    """Cents, and the number of sessions of which something was kept."""

    online: int = 0
    given_back: int = 0
    on_site: int = 0
    fees: int = 0
    sessions: int = 0

    @property
    def consideration(self) -> int:
        return max(0, self.online - self.given_back + self.on_site - self.fees)

    @property
    def declared_sessions(self) -> int:
        """The tax office refuses sessions for which nothing was received (its rule 2)."""
        return self.sessions if self.consideration else 0

    @property
    def euros(self) -> tuple[int, int]:
        """Consideration and fees in whole euros, half up, as they are in the file."""
        return (self.consideration + EURO // 2) // EURO, (self.fees + EURO // 2) // EURO


@dataclass
class Year:
    quarters: list[Quarter] = field(default_factory=lambda: [Quarter() for _ in range(4)])

    @property
    def consideration(self) -> int:
        return sum(quarter.consideration for quarter in self.quarters)

    @property
    def fees(self) -> int:
        return sum(quarter.fees for quarter in self.quarters)

    @property
    def sessions(self) -> int:
        return sum(quarter.declared_sessions for quarter in self.quarters)

    @property
    def is_reportable(self) -> bool:
        """A declaration of nothing is refused (rule 2); there is no other threshold for personal services."""
        return self.consideration > 0

    def as_json(self) -> list[dict[str, int]]:
        return [asdict(quarter) for quarter in self.quarters]

    @classmethod
    def of_json(cls, rows: list[dict[str, int]]) -> "Year":
        return cls([Quarter(**row) for row in rows])


def bounds(year: int) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime(year, 1, 1, tzinfo=PARIS), dt.datetime(year + 1, 1, 1, tzinfo=PARIS)


def quarter_of(moment: dt.datetime) -> int:
    """0 to 3, on Paris' calendar."""
    return (moment.astimezone(PARIS).month - 1) // 3


def figures_of(year: int, *, practitioner_id: int | None = None) -> dict[int, Year]:
    """By practitioner; those who received nothing are not in it. Rows are read as they come, never all at once."""
    found: dict[int, Year] = defaultdict(Year)
    seen: int | None = None
    for row in _payments(year, practitioner_id):
        quarter = found[row["appointment__practitioner"]].quarters[quarter_of(row["paid_at"])]
        back = min(row["amount_cents"], row["given_back"] + row["disputed"])
        quarter.online += row["amount_cents"]
        quarter.given_back += back
        quarter.fees += row["fee_cents"] - _returned(row)
        if row["amount_cents"] > back and row["appointment"] != seen:
            quarter.sessions += 1  # once, with its first payment, however many follow
            seen = row["appointment"]
    if settings.DAC7_ON_SITE:
        for row in _on_site(year, practitioner_id):
            rest = row["price_cents"] - row["paid"]
            if rest <= 0:
                continue
            quarter = found[row["practitioner"]].quarters[quarter_of(row["starts_at"])]
            quarter.on_site += rest
            # The part paid online already counted this session.
            quarter.sessions += not row["paid"]
    return dict(found)


def _payments(year: int, practitioner_id: int | None) -> Iterator[Any]:
    begins, ends = bounds(year)
    rows = Payment.objects.filter(status=Payment.Status.PAID, paid_at__gte=begins, paid_at__lt=ends)
    if practitioner_id:
        rows = rows.filter(appointment__practitioner=practitioner_id)
    refunds = Refund.objects.filter(payment=OuterRef("pk")).exclude(status=Refund.Status.FAILED)
    lost = Dispute.objects.filter(payment=OuterRef("pk"), status=Dispute.Status.LOST)
    return (
        rows.annotate(
            given_back=_sum(refunds, "payment", "amount_cents"),
            disputed=_sum(lost, "payment", "amount_cents"),
            with_fee=_sum(refunds.filter(returns_fee=True), "payment", "amount_cents"),
        )
        .order_by("appointment", "paid_at", "pk")
        .values(
            "appointment", "appointment__practitioner", "paid_at", "amount_cents", "fee_cents",
            "given_back", "disputed", "with_fee",
        )
        .iterator(chunk_size=2000)
    )  # fmt: skip


def _on_site(year: int, practitioner_id: int | None) -> Iterator[Any]:
    begins, ends = bounds(year)
    rows = Appointment.objects.filter(status=Status.DONE, starts_at__gte=begins, starts_at__lt=ends)
    if practitioner_id:
        rows = rows.filter(practitioner=practitioner_id)
    paid = Payment.objects.filter(appointment=OuterRef("pk"), status=Payment.Status.PAID)
    return (
        rows.annotate(paid=_sum(paid, "appointment", "amount_cents"))
        .order_by()
        .values("practitioner", "starts_at", "price_cents", "paid")
        .iterator(chunk_size=2000)
    )


def _sum(rows: QuerySet[Any], by: str, column: str) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), Value(0))


def _returned(row: dict[str, Any]) -> int:
    """The part of the fee that went back with refunds: in proportion, half up, as Stripe returns it."""
    if not row["with_fee"]:
        return 0
    return int((2 * row["fee_cents"] * row["with_fee"] + row["amount_cents"]) // (2 * row["amount_cents"]))
