"""What became of an appointment's money, told to its practitioner: sentences, then a line of dated steps. Reads only.

Amounts of steps are what they did to the practitioner's balance at Stripe; a step without one moved nothing there.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Appointment, Dispute, Payment, Payout, PayoutLine, Refund
from common.money import format_euros, share_of
from common.wording import elided, long_date, long_datetime

EVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Step:
    """`tone`: in, out, wait or bad, beside words that say the same; `at` None: still to come."""

    at: dt.datetime | None
    words: str
    amount_cents: int | None = None
    tone: str = "wait"
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Figures:
    """In cents. `kept` is what is left to the practitioner, once everything that is under way has arrived."""

    paid: int = 0
    fee: int = 0
    refunded: int = 0
    contested: int = 0
    paid_out: int = 0

    @property
    def kept(self) -> int:
        return self.paid - self.fee - self.refunded - self.contested


@dataclass(frozen=True)
class Story:
    sentences: list[str]
    steps: list[Step]
    figures: Figures
    on_site: int


@dataclass(frozen=True)
class Facts:
    appointment: Appointment
    payments: list[Payment]
    refunds: list[Refund]
    disputes: list[Dispute]
    lines: list[PayoutLine]

    @property
    def taken(self) -> list[Payment]:
        return [payment for payment in self.payments if payment.status == Payment.Status.PAID]


def story(appointment: Appointment) -> Story:
    facts = read(appointment)
    figures = count(facts)
    steps = sorted(_steps(facts), key=lambda step: step.at or EVER)
    return Story(list(_sentences(facts, figures)), steps, figures, _on_site(facts, figures))


def read(appointment: Appointment) -> Facts:
    """Four queries at most; one when nothing was ever paid online."""
    shown = [Payment.Status.PAID, Payment.Status.AUTHORISED, Payment.Status.RELEASING, Payment.Status.RELEASED]
    payments = list(appointment.payments.filter(status__in=shown).order_by("attempt"))
    if not any(payment.status == Payment.Status.PAID for payment in payments):
        return Facts(appointment, payments, [], [], [])
    lines = PayoutLine.objects.filter(payment__in=payments).select_related("payout")
    return Facts(
        appointment,
        payments,
        list(Refund.objects.filter(payment__in=payments)),
        list(Dispute.objects.filter(payment__in=payments)),
        list(lines.order_by("payout__created_at", "pk")),
    )


def fee_returned(refund: Refund, payment: Payment) -> int:
    """Of the service fee, what goes back with a refund that returns it: in proportion, as Stripe does."""
    if not refund.returns_fee or refund.status == Refund.Status.FAILED:
        return 0
    return share_of(payment.fee_cents, refund.amount_cents, payment.amount_cents)


def count(facts: Facts) -> Figures:
    of = {payment.pk: payment for payment in facts.taken}
    given = [row for row in facts.refunds if row.status != Refund.Status.FAILED]
    return Figures(
        paid=sum(payment.amount_cents for payment in facts.taken),
        fee=sum(payment.fee_cents for payment in facts.taken)
        - sum(fee_returned(row, of[row.payment_id]) for row in given if row.payment_id in of),
        refunded=sum(row.amount_cents for row in given),
        contested=sum(row.amount_cents for row in facts.disputes if row.takes_money),
        paid_out=sum(line.net_cents for line in facts.lines if not line.payout.ended_badly),
    )


def _sentences(facts: Facts, figures: Figures) -> Iterator[str]:
    appointment, zone = facts.appointment, facts.appointment.timezone
    who = appointment.contact_name or _("The client")
    for payment in facts.payments:
        if payment.status == Payment.Status.AUTHORISED:
            card = {"who": who, "amount": format_euros(payment.amount_cents)}
            yield elided(_("%(who)s’s card is authorised for %(amount)s: the money is taken when you accept.") % card)
        elif payment.status in {Payment.Status.RELEASING, Payment.Status.RELEASED}:
            card = {"who": who, "amount": format_euros(payment.amount_cents)}
            yield elided(_("The authorisation of %(amount)s on %(who)s’s card is let go: nothing was taken.") % card)
    for payment in facts.taken:
        words = {
            "who": who,
            "amount": format_euros(payment.amount_cents),
            "moment": long_datetime(payment.paid_at or payment.created_at, zone, year=False),
            "fee": format_euros(payment.fee_cents),
        }
        if payment.fee_cents:
            yield (
                _("%(who)s paid %(amount)s online on %(moment)s; the service fee of %(fee)s was taken from it.") % words
            )
        else:
            yield _("%(who)s paid %(amount)s online on %(moment)s.") % words
    yield from _given_back(facts)
    yield from _contested(facts)
    if facts.taken and not any(dispute.is_open and dispute.takes_money for dispute in facts.disputes):
        yield from _outcome(facts, figures)
    yield from _rest(facts, figures)


def _given_back(facts: Facts) -> Iterator[str]:
    for row in facts.refunds:
        words = {"amount": format_euros(row.amount_cents)}
        if row.status == Refund.Status.FAILED:
            yield _("A refund of %(amount)s did not go through: the client does not have it.") % words
        elif row.status == Refund.Status.PENDING:
            yield _("%(amount)s are on their way back to the client’s card.") % words
        elif row.returns_fee:
            yield (
                _("%(amount)s went back to the client’s card, and the service fee to you: the fault was ours.") % words
            )
        else:
            yield _("%(amount)s went back to the client’s card; the service fee stays due.") % words


def _contested(facts: Facts) -> Iterator[str]:
    for row in facts.disputes:
        words = {"amount": format_euros(row.amount_cents)}
        if row.status == Dispute.Status.WON:
            yield _("The client’s bank contested %(amount)s and found for you: the money is yours again.") % words
        elif row.status == Dispute.Status.LOST:
            yield _("The client’s bank contested %(amount)s and gave them back to the client.") % words
        elif row.takes_money:
            yield _("The client’s bank contests %(amount)s and holds them until it has decided.") % words
        elif row.is_open:
            yield _("The client’s bank asks about the payment of %(amount)s; no money was taken for now.") % words


def _outcome(facts: Facts, figures: Figures) -> Iterator[str]:
    kept = {"amount": format_euros(abs(figures.kept))}
    if figures.kept > 0:
        arrived = _arrived(facts, figures)
        yield arrived or _("%(amount)s are yours; they wait at Stripe for the next payout.") % kept
    elif figures.kept < 0:
        yield _("All counted, the online payment of this appointment costs you %(amount)s.") % kept


def _arrived(facts: Facts, figures: Figures) -> str:
    """How what is kept reached the bank; empty while none of it did."""
    good = [line.payout for line in facts.lines if not line.payout.ended_badly]
    if not good or figures.paid_out <= 0:
        return ""
    last = good[-1]
    words = {"amount": format_euros(figures.paid_out), "day": long_date(last.arrival_on, year=False)}
    if last.status == Payout.Status.PAID:
        return _("%(amount)s reached your bank account with the payout of %(day)s.") % words
    return _("%(amount)s are on their way to your bank account, expected on %(day)s.") % words


def _rest(facts: Facts, figures: Figures) -> Iterator[str]:
    appointment = facts.appointment
    if not appointment.price_cents:
        yield _("This session is free.")
    elif not facts.payments:
        yield _("Nothing was paid online, so there is no service fee.")
    if left := _on_site(facts, figures):
        yield _("%(amount)s remain to be paid on site.") % {"amount": format_euros(left)}


def _on_site(facts: Facts, figures: Figures) -> int:
    """What the client still pays at the session; what is asked for there is the practitioner's affair once it is over."""
    waits = any(payment.status == Payment.Status.AUTHORISED for payment in facts.payments)
    if not facts.appointment.is_upcoming:
        return 0
    if waits:
        return facts.appointment.on_site_cents
    return max(0, facts.appointment.price_cents - figures.paid)


def _steps(facts: Facts) -> Iterator[Step]:
    of = {payment.pk: payment for payment in facts.payments}
    for payment in facts.payments:
        yield from _of_payment(payment)
    for refund in facts.refunds:
        yield from _of_refund(refund, of[refund.payment_id])
    for dispute in facts.disputes:
        yield from _of_dispute(dispute)
    for line in facts.lines:
        yield from _of_line(line)


def _of_payment(payment: Payment) -> Iterator[Step]:
    at = payment.paid_at or payment.created_at
    if payment.status == Payment.Status.PAID:
        yield Step(at, _("Paid online by the client"), payment.amount_cents, "in")
        if payment.fee_cents:
            yield Step(at, _("Service fee of the platform"), -payment.fee_cents, "out")
    elif payment.status == Payment.Status.AUTHORISED:
        yield Step(at, _("Card authorised, not charged yet"))
    else:
        yield Step(at, _("Card authorised, then let go without being charged"))


def _of_refund(refund: Refund, payment: Payment) -> Iterator[Step]:
    cause = str(refund.get_cause_display())
    if refund.status == Refund.Status.FAILED:
        yield Step(refund.ordered_at, _("Refund that did not go through"), None, "bad", note=cause)
        return
    done = refund.status == Refund.Status.DONE
    words = _("Refunded to the client’s card") if done else _("Refund on its way to the client’s card")
    at = refund.settled_at or refund.ordered_at
    yield Step(at, words, -refund.amount_cents, "out", note=cause)
    if back := fee_returned(refund, payment):
        yield Step(at, _("Service fee given back to you"), back, "in")


def _of_dispute(dispute: Dispute) -> Iterator[Step]:
    url = reverse("office:dispute", args=[dispute.pk])
    took = dispute.takes_money or dispute.status == Dispute.Status.WON
    words = _("Contested by the client’s bank") if took else _("Question of the client’s bank")
    yield Step(dispute.opened_at, words, -dispute.amount_cents if took else None, "bad" if took else "wait", url=url)
    if dispute.closed_at and dispute.status == Dispute.Status.WON:
        yield Step(dispute.closed_at, _("Dispute won: given back to you"), dispute.amount_cents, "in", url=url)
    elif dispute.closed_at:
        yield Step(dispute.closed_at, str(dispute.get_status_display()), None, "wait", url=url)


def _of_line(line: PayoutLine) -> Iterator[Step]:
    payout = line.payout
    url = reverse("office:payout", args=[payout.pk])
    whole = _("in a payout of %(amount)s") % {"amount": format_euros(payout.amount_cents)}
    if payout.ended_badly:
        yield Step(payout.created_at, _("Payout that came back to Stripe"), None, "bad", note=whole, url=url)
    elif line.net_cents < 0:
        yield Step(payout.created_at, _("Deducted from a payout"), -line.net_cents, "out", note=whole, url=url)
    elif payout.status == Payout.Status.PAID:
        yield Step(payout.created_at, _("Paid out to your bank account"), -line.net_cents, "out", note=whole, url=url)
    else:
        yield Step(
            payout.created_at, _("Payout to your bank account, on its way"), -line.net_cents, "out", note=whole, url=url
        )
