"""What the pages of money show in the demo: months of payments, disputes, payouts, invoices, claims, a declaration filed."""

import datetime as dt
import uuid

from django.conf import settings

from accounts.models import User
from booking.actions import client_invoices, invoices, late_payments, tax_reports, withdrawals
from booking.actions.invoices import Draft, Line
from booking.actions.withdrawal_findings import finding
from booking.actions.withdrawals import Declaration
from booking.invoicing import mentions, parties
from booking.models import Appointment, Invoice, Payment, Status, TaxDetails, TaxReport, Vat
from booking.notifications import held_back
from booking.platform_report.identity import Birth
from common import clock
from common.clock import PARIS
from demo.seed import invoices as billing
from demo.seed import payments
from demo.seed.accounts import address
from demo.seed.past_money import (
    ABSENT,
    CANCELLED,
    GESTURE,
    LOST,
    OPEN,
    TOO_LATE,
    WON,
    Office,
    Past,
    Story,
    days,
    fees,
)
from practitioners.models import Practitioner

CLIENT = "client@demo.example"


def _other(number: int) -> str:
    return f"client-{number}@clients.example"


# Of the practitioner whose role one can take.
STORIES = (
    Story(147, _other(12)), Story(140, CLIENT), Story(133, _other(5), CANCELLED), Story(118, _other(21), ABSENT),
    Story(111, _other(14), dispute=LOST), Story(97, CLIENT, GESTURE), Story(84, _other(12), TOO_LATE), Story(77, _other(9)),
    Story(70, _other(22), dispute=WON), Story(56, _other(3)), Story(49, _other(26), CANCELLED), Story(42, CLIENT),
    Story(37, _other(12)), Story(30, _other(8), GESTURE), Story(18, _other(21)), Story(13, _other(17)), Story(9, CLIENT),
    Story(5, _other(29), dispute=OPEN),
)  # fmt: skip
# Of a few others, for the figures of the whole.
OTHERS = (
    Story(145, _other(6)), Story(101, _other(16), CANCELLED), Story(58, _other(24), GESTURE), Story(11, _other(2)),
)  # fmt: skip
COLLEAGUES = 2
REFUSED_PAYOUT = 9  # of some twenty
BIRTHS = (
    Birth("1981-04-12", "Lyon"),
    Birth("1976-09-30", "Lille"),
    Birth("1988-01-23", "Rennes"),
    Birth("1969-11-05", "Nice"),
)


def seed() -> None:
    now = clock.now()
    past = Past(now)
    own = Practitioner.objects.get(user__email=address("practitioner"))
    others = Practitioner.objects.filter(stripe_account__isnull=False).exclude(pk=own.pk).order_by("pk")[:COLLEAGUES]
    team = [own, *others]
    billing.accept_mandate(own, now=now - days(400))
    last_year = now.astimezone(PARIS).year - 1
    for rank, practitioner in enumerate(team):
        office = Office(past, practitioner, refused_payout=-1 if rank else REFUSED_PAYOUT)
        for number, story in enumerate((*_of_year(last_year, now, rank), *(OTHERS if rank else STORIES))):
            office.tell(story, number + rank)
    for number in range(160, 0, -10):
        past.at(now - days(number), lambda moment: _bill(own, moment), at_stripe=False)
    if tax_reports.platform_is_known():
        _of_the_platform(past, team, last_year)
    past.live()
    with held_back():
        billing.story(own)
    # What changed since was accepted too: nobody opens the demo on a page that asks to.
    billing.accept_mandate(own, now=now)


def _of_the_platform(past: Past, team: list[Practitioner], year: int) -> None:
    """Its monthly invoices, one of another kind that is not paid in spite of three reminders, and the declaration of `year`."""
    fees(past, dt.datetime(year, 12, 1, tzinfo=PARIS))
    past.at(past.now - days(75), lambda moment: _unpaid_fee(team[-1], moment), at_stripe=False)
    for number in (55, 43, 20):
        past.at(past.now - days(number), _follow_up, at_stripe=False)
    filed = min(dt.datetime(year + 1, 1, 20, 10, tzinfo=PARIS), past.now - dt.timedelta(hours=2))
    past.at(filed, lambda moment: _declare(team, year, moment), at_stripe=False)


def _of_year(year: int, now: dt.datetime, rank: int) -> list[Story]:
    """A few of the end of the year that is declared."""
    ago = [(now.astimezone(PARIS).date() - dt.date(year, 12, day)).days for day in ((14,) if rank else (8, 18))]
    return [Story(number, _other(7 + 3 * rank + place)) for place, number in enumerate(ago)]


def _bill(practitioner: Practitioner, now: dt.datetime) -> None:
    """The sessions of ten days that took place; what was left to pay came on the spot, but for one."""
    mine = Appointment.objects.filter(
        practitioner=practitioner, status=Status.DONE, ends_at__lt=now, ends_at__gt=now - days(10), price_cents__gt=0
    )
    for row in mine.filter(payments__status=Payment.Status.PAID, invoices=None).distinct().order_by("starts_at"):
        if client_invoices.may_be_issued(row, now=now):
            invoice = client_invoices.issue(appointment=row, now=now)
            if invoices.outstanding(invoice) and row.client and row.client.email != _other(17):
                invoices.mark_paid(invoice=invoice, now=now)


def _follow_up(now: dt.datetime) -> None:
    late_payments.follow_up(now=now)


def _unpaid_fee(practitioner: Practitioner, now: dt.datetime) -> None:
    """What no payment could be taken from: sent as an invoice to be paid."""
    vat = Vat(settings.PLATFORM_VAT)
    last = now.astimezone(PARIS).date().replace(day=1) - dt.timedelta(days=1)
    draft = Draft(
        kind=Invoice.Kind.FEE,
        practitioner=practitioner,
        prefix=settings.FEE_INVOICE_PREFIX,
        seller=parties.platform(),
        buyer=parties.practitioner(practitioner),
        vat=vat,
        lines=[Line(label="Frais de service, régularisation d’un trimestre", gross_cents=4260, served_on=last)],
        notes=mentions.of_platform(vat),
        period=(last.replace(day=1), last),
        days=15,
    )
    invoices.issue(draft=draft, now=now)


def _declare(team: list[Practitioner], year: int, now: dt.datetime) -> None:
    """The identity of those who received something, the file, and its filing."""
    operator = User.objects.get(email=address("operator"))
    for practitioner, birth in zip(team, BIRTHS, strict=False):
        tax_reports.keep_details(
            practitioner=practitioner, nature=TaxDetails.Nature.INDIVIDUAL, entity_name="", birth=birth, now=now
        )
    report = tax_reports.prepare(year=year, by=operator, now=now)
    tax_reports.write(report_id=report.pk)
    tax_reports.mark_filed(report_id=report.pk, by=operator, now=now)
    assert TaxReport.objects.get(pk=report.pk).state == TaxReport.State.FILED


def declared_withdrawals() -> None:
    """One that the law gives effect to at once, and one whose contract staff have to look for."""
    now = clock.now()
    practitioner = Practitioner.objects.get(user__email=address("practitioner"))
    client = User.objects.get(email=_other(13))
    appointment = payments.book_for(client, practitioner, days_ahead=12)
    if appointment is not None:
        withdrawals.declare(
            key=uuid.uuid4(),
            said=Declaration(client.get_full_name(), client.email, appointment.reference),
            appointment_id=appointment.pk,
            is_own=True,
            announced_cents=finding(appointment, now=now).refund,
            actor=client,
            now=now,
        )
    withdrawals.declare(
        key=uuid.uuid4(),
        said=Declaration(
            "Bérénice Caron", "berenice.caron@clients.example", "Séance de sophrologie du mois dernier, à Lyon"
        ),
        appointment_id=None,
        is_own=False,
        announced_cents=0,
        actor=None,
        now=now,
    )
