"""Months of payments that the demo looks back on: each was booked, paid and settled through the stand-in, on its own day.

The stand-in's clock starts in the past and is moved forward from one event to the next; the site's actions are given the same
moment. Nobody is written to: those messages would have left long ago.
"""

import datetime as dt
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from booking.actions import (
    appointments,
    dispute_answers,
    disputes,
    fee_invoices,
    holds,
    office_refunds,
    payments,
    payouts,
    processing_fees,
    refunds,
)
from booking.errors import SlotTaken
from booking.lifecycle import Step
from booking.models import Appointment, Dispute, DisputeAnswer, Payment, Refund
from booking.notifications import held_back
from booking.slots import free_slots
from common.clock import PARIS
from common.models import OutboxMessage
from demo.stripe.client import Control, ControlRefused
from practitioners.models import Practitioner, Service

Event = Callable[[dt.datetime], None]
TOOK_PLACE, CANCELLED, TOO_LATE, ABSENT, GESTURE = "took place", "cancelled", "too late", "absent", "gesture"
WON, LOST, OPEN = "won", "lost", "open"


@dataclass(frozen=True)
class Story:
    """A session `days_ago`, booked `ahead` days before, and what became of it and of its payment."""

    days_ago: int
    client: str
    became: str = TOOK_PLACE
    dispute: str = ""
    ahead: int = 6


class Past:
    """Events in the order of their moments; each may cause later ones."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.stripe = Control(settings.STRIPE_API_BASE)
        self._events: list[tuple[dt.datetime, int, Event, bool]] = []
        self._order = count()

    def at(self, moment: dt.datetime, event: Event, *, at_stripe: bool = True) -> None:
        """Nothing happens after now: what would is left to whoever uses the demo."""
        if moment < self.now:
            heapq.heappush(self._events, (moment, next(self._order), event, at_stripe))

    def live(self) -> None:
        """From the first event to now, as a whole or not at all; not twice, where a run was interrupted once."""
        if not self._events:
            return
        last = OutboxMessage.objects.aggregate(pk=Max("pk"))["pk"] or 0
        self.stripe.pause()
        try:
            self.stripe.go_back((self.now - self._events[0][0]) // dt.timedelta(seconds=1) + 60)
        except ControlRefused:
            self._events.clear()
        with transaction.atomic(), held_back():
            while self._events:
                moment, _order, event, at_stripe = heapq.heappop(self._events)
                if at_stripe:
                    self.stripe.advance_to(moment)
                event(moment)
            # What is no message about an appointment would come too late: dropped before a worker sees it.
            queued = OutboxMessage.objects.filter(pk__gt=last, status=OutboxMessage.Status.PENDING)
            queued.update(status=OutboxMessage.Status.DROPPED, reason=OutboxMessage.Reason.LATE)
        self.stripe.advance_to(self.now)
        self.stripe.take()  # known to the site already
        self.stripe.pause(paused=False)


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


class Office:
    """One practitioner's past: sessions paid online, and a payout each week; that numbered `refused_payout` came back."""

    def __init__(self, past: Past, practitioner: Practitioner, *, refused_payout: int = -1) -> None:
        self.past, self.practitioner = past, practitioner
        self.refused_payout, self._paid_out = refused_payout, set[dt.date]()
        self.account = practitioner.stripe_account
        paid = practitioner.services.exclude(payment=Service.Payment.NONE)
        self.services = list(paid.filter(confirmation="instant", seats=1).order_by("pk"))

    def tell(self, story: Story, number: int) -> None:
        if self.services:
            service = self.services[number % len(self.services)]
            booked = self.past.now - days(story.days_ago + story.ahead)
            self.past.at(booked, lambda now: self._book(story, service, now))

    def _payout_after(self, moment: dt.datetime) -> None:
        """The Monday after, at six, takes all that came until then."""
        day = moment.astimezone(PARIS).date()
        monday = day + days(7 - day.weekday())
        if monday not in self._paid_out:
            self._paid_out.add(monday)
            number = len(self._paid_out)
            at = dt.datetime.combine(monday, dt.time(6), PARIS)
            self.past.at(at, lambda now: self._pay_out(now, refused=number == self.refused_payout))

    def _book(self, story: Story, service: Service, now: dt.datetime) -> None:
        client = User.objects.get(email=story.client)
        first = (now + days(story.ahead)).date()
        offered = free_slots(
            practitioner=self.practitioner, service=service, first_day=first, last_day=first + days(6), now=now
        )
        for slot in [slot for day in offered.values() for slot in day.slots]:
            try:
                held = holds.hold(
                    practitioner=self.practitioner,
                    service=service,
                    start=slot.start,
                    holder_key=f"past-{client.pk}-{story.days_ago}",
                    now=now,
                )
            except SlotTaken:
                continue
            break
        else:
            return
        contact = appointments.Contact(client.first_name, client.last_name, client.email, client.phone, adult=True)
        appointments.identify(appointment_id=held.pk, contact=contact)
        Appointment.objects.filter(pk=held.pk).update(client=client)
        payments.start_checkout(appointment_id=held.pk, now=now)
        payment = Payment.objects.get(appointment=held)
        self.past.stripe.pay(str(payment.session_id), email=client.email)
        payments.refresh(payment_id=payment.pk, now=now)
        processing_fees.read(payment_id=payment.pk, now=now)
        self._payout_after(now)
        self._goes_on(story, Appointment.objects.get(pk=held.pk), Payment.objects.get(pk=payment.pk))

    def _goes_on(self, story: Story, row: Appointment, payment: Payment) -> None:
        at = self.past.at
        if story.became == CANCELLED:
            at(row.starts_at - days(story.ahead) + dt.timedelta(hours=20), lambda now: self._cancel(row, now))
        elif story.became == TOO_LATE:
            at(row.starts_at - dt.timedelta(hours=3), lambda now: self._cancel(row, now))
        else:
            step = Step.CLIENT_ABSENT if story.became == ABSENT else Step.COMPLETE
            at(row.ends_at + dt.timedelta(hours=2), lambda now: self._close(row, step, now), at_stripe=False)
        if story.became == GESTURE:
            at(row.ends_at + days(1), lambda now: self._gesture(row, now))
        if story.dispute:
            at(row.ends_at + days(2), lambda now: self._contest(story, payment, now))

    def _close(self, row: Appointment, step: Step, now: dt.datetime) -> None:
        appointments.close(appointment_id=row.pk, step=step, actor=self.practitioner.user, now=now)

    def _cancel(self, row: Appointment, now: dt.datetime) -> None:
        due = appointments.refund_due(Appointment.objects.get(pk=row.pk), now=now)
        appointments.cancel_by_client(appointment_id=row.pk, announced_cents=due, now=now, actor=row.client)
        self._send_refunds(row, now)

    def _gesture(self, row: Appointment, now: dt.datetime) -> None:
        left = refunds.left_cents(row)
        office_refunds.give_back(
            appointment_id=row.pk, amount_cents=min(1500, left), shown_left=left, actor=self.practitioner.user, now=now
        )
        self._send_refunds(row, now)

    def _send_refunds(self, row: Appointment, now: dt.datetime) -> None:
        for refund in Refund.objects.filter(payment__appointment=row, status=Refund.Status.PENDING):
            refunds.send(refund_id=refund.pk, now=now)

    def _contest(self, story: Story, payment: Payment, now: dt.datetime) -> None:
        reason = "product_not_received" if story.dispute != WON else "unrecognized"
        found = self.past.stripe.open_dispute(payment.payment_intent, reason=reason)["id"]
        disputes.refresh(account=self.account, dispute_id=found, now=now)
        if story.dispute == OPEN:
            return
        if story.dispute == WON:
            self.past.at(now + days(2), lambda then: self._answer(found, then))
            self.past.at(now + days(24), lambda then: self._decide(found, then, won=True))
        else:
            # Nobody answered: the time to do so ran out.
            self.past.at(now + days(9) + dt.timedelta(hours=1), lambda then: self._read(found, then))

    def _answer(self, dispute_id: str, now: dt.datetime) -> None:
        answer = dispute_answers.order(
            dispute_id=Dispute.objects.get(dispute_id=dispute_id).pk,
            words="La séance a eu lieu à l’heure convenue ; le client m’en a remercié par message le lendemain.",
            left_out=[],
            actor=self.practitioner.user,
            now=now,
        )
        dispute_answers.send(answer_id=answer.pk, now=now)
        assert DisputeAnswer.objects.get(pk=answer.pk).state == DisputeAnswer.State.SENT

    def _decide(self, dispute_id: str, now: dt.datetime, *, won: bool) -> None:
        self.past.stripe.decide_dispute(dispute_id, won=won)
        self._read(dispute_id, now)
        self._payout_after(now)

    def _read(self, dispute_id: str, now: dt.datetime) -> None:
        disputes.refresh(account=self.account, dispute_id=dispute_id, now=now)

    def _pay_out(self, now: dt.datetime, *, refused: bool) -> None:
        try:
            payout = self.past.stripe.make_payout(self.account.account_id)["id"]
        except ControlRefused:
            return  # nothing on the balance
        self._read_payout(payout, now)
        if refused:
            self.past.at(now + days(1), lambda then: self._refuse(payout, then))
        else:
            self.past.at(now + days(3), lambda then: self._read_payout(payout, then))

    def _refuse(self, payout: str, now: dt.datetime) -> None:
        self.past.stripe.end_payout(payout, failure="account_closed")
        self._read_payout(payout, now)
        self._payout_after(now)

    def _read_payout(self, payout: str, now: dt.datetime) -> None:
        payouts.refresh(account=self.account, payout_id=payout, now=now)


def fees(past: Past, since: dt.datetime) -> None:
    """The platform's invoices of each month that ended, on the first of the next."""
    first = since.astimezone(PARIS).date().replace(day=1)
    while first <= past.now.astimezone(PARIS).date():
        moment = dt.datetime.combine(first, dt.time(4, 5), PARIS)
        past.at(moment, _issue_fees, at_stripe=False)
        first = (first + days(32)).replace(day=1)


def _issue_fees(now: dt.datetime) -> None:
    fee_invoices.issue_all(practitioner_ids=fee_invoices.due(now=now), now=now)
