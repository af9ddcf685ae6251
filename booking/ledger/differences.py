"""One thing that is not as it should be: what, about what, and the two amounts."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.ledger import names
from common.money import format_euros


@dataclass(frozen=True)
class Difference:
    """`account` is Stripe's when it was Stripe that said otherwise; `payment_id` that of a payment that can be asked about."""

    code: str
    subject: str
    expected_cents: int
    found_cents: int
    account: str = ""
    payment_id: int | None = None

    @property
    def words(self) -> "str | Promise":
        return names.CHECKS[self.code]

    @property
    def gap_cents(self) -> int:
        return self.found_cents - self.expected_cents

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return _("%(what)s: %(subject)s, expected %(expected)s, found %(found)s") % {
            "what": self.words,
            "subject": " ".join(filter(None, [self.account, self.subject])),
            "expected": format_euros(self.expected_cents),
            "found": format_euros(self.found_cents),
        }
