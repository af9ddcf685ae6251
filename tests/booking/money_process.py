"""A process that books, pays and gives back without end until it is killed, and one that says what is true afterwards.

`python money_process.py prepare|pay|check JOURNAL`, on the database of DATABASE_URL, with the stand-in of STRIPE_API_BASE. What
clients were told is in JOURNAL.
"""

import datetime as dt
import json
import os
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402 (settings first)

django.setup()

import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402

from booking import ledger, tasks  # noqa: E402
from booking.actions import appointments, holds, payments  # noqa: E402
from booking.ledger.balances import balances  # noqa: E402
from booking.ledger.verification import verify  # noqa: E402
from booking.models import Appointment, Payment, Refund, Status, StripeAccount  # noqa: E402
from booking.slots import next_slots  # noqa: E402
from common.clock import now  # noqa: E402
from common.errors import DomainError  # noqa: E402
from demo.stripe.client import Control  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402
from tests.factories.booking import bookable_practitioner  # noqa: E402
from tests.factories.practitioners import PractitionerFactory  # noqa: E402

ACCOUNT = "acct_1Killed000000"
PRICE, FEE = 6000, 245
AT_REST = ("expire_holds", "reconcile_payments", "read_processing_fees")


def prepare() -> None:
    # Beside the people of `booking_process`.
    for factory in (UserFactory, PractitionerFactory):
        factory.reset_sequence(5000, force=True)
    bookable_practitioner(account=ACCOUNT)
    UserFactory()


def pay(journal: Path) -> None:
    """One client after the other; every third appointment is cancelled by its practitioner."""
    control, chance = Control(settings.STRIPE_API_BASE), random.Random(os.getpid())
    practitioner = StripeAccount.objects.get(account_id=ACCOUNT).practitioner
    service = practitioner.services.get()
    client = UserFactory(email=f"client-{os.getpid()}@exemple.fr")
    days = next_slots([practitioner.pk], now=now(), days=60, per_day=50)[practitioner.pk]
    starts = [slot.start for day in days for slot in day.slots]
    chance.shuffle(starts)
    with journal.open("a") as told:
        print("ready", flush=True)  # noqa: T201 (read by the test that kills this process)
        for number, start in enumerate(starts):
            try:
                row = holds.hold(
                    practitioner=practitioner,
                    service=service,
                    start=start,
                    holder_key=f"{os.getpid()}-{number}",
                    now=now(),
                )
            except DomainError:
                continue
            Appointment.objects.filter(pk=row.pk).update(client=client, advance_cents=PRICE, fee_cents=FEE)
            payments.start_checkout(appointment_id=row.pk, now=now())
            payment = Payment.objects.get(appointment=row)
            control.pay(payment.session_id or "")
            payments.refresh(payment_id=payment.pk, now=now())
            if number % 3 == 0:
                appointments.cancel_by_practitioner(appointment_id=row.pk, actor=practitioner.user, now=now())
            told.write(f"{row.reference} {Appointment.objects.get(pk=row.pk).status}\n")
            told.flush()
            os.fsync(told.fileno())


def check(journal: Path) -> None:
    """Once the sweeps have gone round."""
    for minutes in (20, 60):
        with time_machine.travel(now() + dt.timedelta(minutes=minutes)):
            for name in AT_REST:
                getattr(tasks, name)()
    told = dict(line.split() for line in journal.read_text().splitlines())
    theirs, ours = Control(settings.STRIPE_API_BASE).balances(), balances()
    whose = StripeAccount.objects.get(account_id=ACCOUNT).practitioner_id
    charges = charges_of_each()
    rows = {row.reference: row for row in Appointment.objects.filter(practitioner=whose)}
    wrong = {
        "told, and otherwise": sum(rows[reference].status != status for reference, status in told.items()),
        "charged twice": sum(count > 1 for count in charges.values()),
        "booked, not charged": sum(
            row.status == Status.CONFIRMED and charges.get(reference) != 1 for reference, row in rows.items()
        ),
        "still held": sum(row.status == Status.HELD for row in rows.values()),
        "refunds waiting": Refund.objects.exclude(status=Refund.Status.DONE).count(),
        "cents of the practitioner": ours.get(ledger.practitioner(whose), 0) - theirs[ACCOUNT],
        "cents of the platform": ours.get(ledger.PLATFORM, 0) - theirs["platform"],
        "cents of Stripe": ours.get(ledger.STRIPE, 0) - theirs["stripe"],
        "differences": len(list(verify(now=now()))),
    }
    print(json.dumps({"wrong": wrong, "told": len(told), "charged": sum(charges.values())}))  # noqa: T201


def charges_of_each() -> dict[str, int]:
    """Of each appointment, by what Stripe's own events say."""
    found: dict[str, int] = {}
    for event in Control(settings.STRIPE_API_BASE).events():
        if event["type"] == "charge.succeeded":
            reference = event["data"]["object"]["metadata"]["appointment"]
            found[reference] = found.get(reference, 0) + 1
    return found


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        {"pay": pay, "check": check}[sys.argv[1]](Path(sys.argv[2]))
