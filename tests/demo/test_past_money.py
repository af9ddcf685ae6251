"""The months of payments that the demo looks back on: the books agree to the cent, and every page of money has something to show."""

import datetime as dt

import pytest

from booking.ledger.verification import verify
from booking.models import Dispute, Invoice, Payment, Payout, Refund, Withdrawal
from common.clock import now
from common.models import OutboxMessage
from demo.stripe.client import Control, ControlRefused
from demo.stripe.server import StandIn

pytestmark = [pytest.mark.usefixtures("seeded_site"), pytest.mark.django_db]
DAY = dt.timedelta(days=1)


def test_the_books_agree_with_every_row_and_with_stripe() -> None:
    assert not list(verify(now=now()))


def test_there_is_something_of_everything() -> None:
    assert Payment.objects.filter(status="paid", paid_at__lt=now() - 90 * DAY).exists()
    assert set(Dispute.objects.values_list("status", flat=True)) == {"needs_response", "won", "lost"}
    assert Dispute.objects.get(status="needs_response").evidence_due_by > now()
    assert {"failed", "paid"} <= set(Payout.objects.values_list("status", flat=True))
    assert {"client", "decision"} <= set(Refund.objects.values_list("cause", flat=True))
    assert Invoice.objects.filter(kind="client", issued_on__lt=now().date() - 60 * DAY).exists()
    assert {"open", "unknown"} <= set(Withdrawal.objects.values_list("standing", flat=True))


def test_nobody_is_written_to_about_what_is_long_past() -> None:
    old = ("booking/payout_failed", "money/late_step", "money/tax_copy")
    assert not OutboxMessage.objects.filter(template__in=old).exclude(status="dropped").exists()


def test_the_stand_in_is_back_in_the_present_and_stays_there(seeded_site: StandIn) -> None:
    control = Control(seeded_site.api_base)
    state = control._ask("GET", "state")
    assert abs(state["now"] - now().timestamp()) < 600
    assert not state["webhooks_paused"]
    with pytest.raises(ControlRefused, match="forward"):
        control.go_back(3600)
