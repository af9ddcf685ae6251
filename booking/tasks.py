"""Tasks take ids and call one action; every one may run twice. Beat runs the sweeps, which find what a lost task left."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator

import structlog
from celery import shared_task

from booking.actions import (
    appointments,
    calendar_sync,
    client_imports,
    client_invoices,
    client_messages,
    client_requests,
    dispute_answers,
    disputes,
    fee_invoices,
    groups,
    holds,
    intake,
    late_payments,
    payment_links,
    payments,
    payouts,
    processing_fees,
    proposals,
    reconciliation,
    refunds,
    requests,
    tax_reports,
    waiting,
    waiting_offers,
    webhooks,
)
from booking.invoicing import pdf
from booking.models import (
    Appointment,
    FreedTime,
    GroupSession,
    Invoice,
    Refund,
    Status,
    StripeAccount,
    WaitingEntry,
    WaitingOffer,
)
from booking.models.appointment import OCCUPYING
from booking.notifications import reminders, tomorrow
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common import clock
from common.tasks import enqueue

log = structlog.get_logger(__name__)
# Well inside a task's time limit: when Stripe is silent each call waits for its timeout, and a task that is killed is given back.
SWEEP_SECONDS = 60


def _for_a_while(ids: Iterable[int]) -> Iterator[int]:
    """These, as long as the sweep may last; the next one goes on with the rest."""
    ends = time.monotonic() + SWEEP_SECONDS
    for pk in ids:
        if time.monotonic() > ends:
            log.warning("sweep_interrupted", next=pk)
            return
        yield pk


def _one_by_one(ids: Iterable[int], act: Callable[[int], object], *, failure: str) -> None:
    """Each in turn; one that nobody foresaw must not keep those behind it."""
    for pk in _for_a_while(ids):
        try:
            act(pk)
        except Exception:
            log.exception(failure, pk=pk)


@shared_task
def process_event(event_pk: int) -> None:
    webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def process_pending_events() -> None:
    for event_pk in _for_a_while(webhooks.due(now=clock.now())):
        webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def send_refund(refund_id: int) -> None:
    refunds.send(refund_id=refund_id, now=clock.now())


@shared_task
def check_payment(payment_id: int) -> None:
    try:
        payments.refresh(payment_id=payment_id, now=clock.now())
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("payment_not_checked", payment=payment_id, error=str(error))


@shared_task
def expire_holds() -> None:
    """What time alone brings about: requests nobody answered, sessions nobody spoke of, holds nobody booked.

    The holds last: only they may have to wait for Stripe.
    """
    now = clock.now()
    unanswered = Appointment.objects.filter(status=Status.REQUESTED, answer_by__lte=now)
    _one_by_one(
        unanswered.values_list("pk", flat=True)[:200],
        lambda pk: requests.lapse(appointment_id=pk, now=now),
        failure="request_not_lapsed",
    )
    over = Appointment.objects.filter(status=Status.CONFIRMED, ends_at__lte=now - appointments.QUIET_END)
    _one_by_one(
        over.values_list("pk", flat=True)[:200],
        lambda pk: appointments.complete_quietly(appointment_id=pk, now=now),
        failure="appointment_not_completed",
    )
    lapsed = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=now).order_by("hold_expires_at")
    for appointment_id in _for_a_while(lapsed.values_list("pk", flat=True)[:200]):
        try:
            holds.expire(appointment_id=appointment_id, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            # Its payment may yet succeed: the time stays taken until Stripe says.
            log.warning("hold_kept", appointment=appointment_id, error=str(error))
        except Exception:
            log.exception("hold_not_expired", appointment=appointment_id)


def _close_links(now: dt.datetime) -> None:
    """Payment links that are too old, or of appointments that are off."""
    _one_by_one(
        payment_links.over(now=now),
        lambda pk: payment_links.withdraw(link_id=pk, now=now),
        failure="payment_link_not_closed",
    )


@shared_task
def reconcile_payments() -> None:
    now = clock.now()
    payments.reconcile(now=now)
    proposals.finish_lost_ones(now=now)
    _close_links(now)
    waiting = Refund.objects.filter(status=Refund.Status.PENDING).values_list("pk", flat=True)[:100]
    for refund_id in _for_a_while(waiting):
        refunds.send(refund_id=refund_id, now=now)


@shared_task
def read_processing_fee(payment_id: int) -> None:
    processing_fees.read(payment_id=payment_id, now=clock.now())


@shared_task
def read_processing_fees() -> None:
    now = clock.now()
    _one_by_one(
        processing_fees.due(now=now),
        lambda pk: processing_fees.read(payment_id=pk, now=now),
        failure="processing_fee_not_read",
    )


@shared_task(time_limit=3600)
def reconcile_stripe() -> None:
    """At night: a call to Stripe for each account. Given back while it still runs, it leaves the other alone."""
    if not reconciliation.is_running(now=clock.now()):
        reconciliation.run(now=clock.now())


@shared_task
def purge_intake() -> None:
    """Reasons, answers about health and other answers at the end of their retention."""
    log.info("intake_purged", **intake.purge(now=clock.now()))


@shared_task
def finish_cancelled_group(group_id: int) -> None:
    groups.finish_cancelled(group_id=group_id, now=clock.now())


@shared_task
def keep_groups() -> None:
    """Sessions whose end is past, and seats that were being worked on when their session was cancelled."""
    now = clock.now()
    over = GroupSession.objects.filter(status=GroupSession.Status.OPEN, ends_at__lte=now)
    _one_by_one(
        over.values_list("pk", flat=True)[:200],
        lambda pk: groups.finish(group_id=pk, now=now),
        failure="group_not_finished",
    )
    cancelled = GroupSession.objects.filter(
        status=GroupSession.Status.CANCELLED, starts_at__gt=now, seats_taken__status__in=OCCUPYING
    )
    _one_by_one(
        cancelled.distinct().values_list("pk", flat=True)[:50],
        lambda pk: groups.finish_cancelled(group_id=pk, now=now),
        failure="cancelled_group_not_finished",
    )


@shared_task
def offer_freed_times(practitioner_id: int) -> None:
    freed = FreedTime.objects.filter(practitioner=practitioner_id).values_list("pk", flat=True)
    for freed_id in _for_a_while(freed[:50]):
        waiting_offers.offer_freed(freed_id=freed_id, now=clock.now())


@shared_task
def withdraw_offer(offer_id: int) -> None:
    waiting_offers.withdraw(offer_id=offer_id, now=clock.now())


@shared_task
def keep_waiting_list() -> None:
    """Offers without an answer, offers to people who left, then every freed time that nobody was asked about."""
    now = clock.now()
    open_offers = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN)
    _one_by_one(
        open_offers.filter(expires_at__lte=now).values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.expire(offer_id=pk, now=now),
        failure="offer_not_expired",
    )
    gone = open_offers.exclude(entry__state__in=WaitingEntry.LIVE)
    _one_by_one(
        gone.values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.withdraw(offer_id=pk, now=now),
        failure="offer_not_withdrawn",
    )
    _one_by_one(
        FreedTime.objects.values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.offer_freed(freed_id=pk, now=now),
        failure="freed_time_not_offered",
    )


@shared_task
def purge_waiting_list() -> None:
    now = clock.now()
    past = WaitingEntry.objects.filter(state__in=WaitingEntry.LIVE, until__lt=clock.today())
    for entry_id in _for_a_while(past.values_list("pk", flat=True)[:1000]):
        waiting.end_past(entry_id=entry_id, today=clock.today(), now=now)
    log.info("waiting_list_purged", rows=waiting.purge(now=now))


@shared_task
def remind_of_requests() -> None:
    """Clients' requests without an answer: reminders to the practitioner, then the mediator's details (B12)."""
    now = clock.now()
    _one_by_one(
        client_requests.due(now=now).values_list("pk", flat=True)[:200],
        lambda pk: client_requests.remind(request_id=pk, now=now),
        failure="request_not_reminded",
    )


@shared_task
def forget_exchanges() -> None:
    now = clock.now()
    threads, files = client_messages.forget(now=now), client_imports.forget(now=now)
    log.info("exchanges_forgotten", threads=threads, files=files)


@shared_task(soft_time_limit=90)
def sync_calendar(connection_id: int) -> None:
    """In a queue of its own: servers that are slow keep no mail waiting. Out of time is a failure that is recorded, not a death."""
    calendar_sync.sync(connection_id=connection_id, now=clock.now())


@shared_task
def sync_due_calendars() -> None:
    for connection_id in calendar_sync.due(now=clock.now()):
        enqueue(sync_calendar, connection_id)


@shared_task
def send_reminders() -> None:
    """Reminders whose moment has come, and tomorrow's sessions; each message then goes its own way."""
    now = clock.now()
    queued, days = reminders.remind(now=now), tomorrow.announce(now=now)
    if queued or days:
        log.info("reminders_queued", reminders=queued, days=days)


@shared_task
def make_invoice_file(invoice_id: int) -> None:
    pdf.file_of(Invoice.objects.get(pk=invoice_id))


@shared_task
def issue_fee_invoices() -> None:
    """Each morning, so that what could not be issued on the first of the month is issued as soon as it can."""
    now = clock.now()
    _one_by_one(
        fee_invoices.due(now=now),
        lambda pk: fee_invoices.issue_all(practitioner_ids=[pk], now=now),
        failure="fees_not_invoiced",
    )


@shared_task
def keep_invoices() -> None:
    """Invoices that practitioners want without asking, credit notes of refunds, invoices paid since, files not made yet."""
    now = clock.now()
    _one_by_one(
        client_invoices.to_issue(now=now).values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.issue_automatic(appointment_id=pk, now=now),
        failure="session_not_invoiced",
    )
    _one_by_one(
        client_invoices.to_credit().values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.credit_refunds(invoice=Invoice.objects.get(pk=pk), now=now),
        failure="refund_not_credited",
    )
    _one_by_one(
        client_invoices.to_settle().values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.settle(invoice=Invoice.objects.get(pk=pk), now=now),
        failure="invoice_not_settled",
    )
    _one_by_one(
        Invoice.objects.filter(file=None).order_by("pk").values_list("pk", flat=True)[:100],
        lambda pk: pdf.file_of(Invoice.objects.get(pk=pk)),
        failure="invoice_file_not_made",
    )


@shared_task
def write_tax_report(report_id: int) -> None:
    tax_reports.write(report_id=report_id)


@shared_task
def write_tax_reports() -> None:
    """Files whose task was lost."""
    for report_id in tax_reports.to_write(now=clock.now()):
        tax_reports.write(report_id=report_id)


@shared_task
def send_dispute_answer(answer_id: int) -> None:
    dispute_answers.send(answer_id=answer_id, now=clock.now())


@shared_task
def keep_disputes() -> None:
    """Answers that Stripe does not have yet first, whose deadline the bank keeps; then reminders, then what was not heard of."""
    now = clock.now()
    _one_by_one(
        dispute_answers.to_send().values_list("pk", flat=True)[:100],
        lambda pk: dispute_answers.send(answer_id=pk, now=now),
        failure="dispute_answer_not_sent",
    )
    _one_by_one(
        disputes.to_remind(now=now).values_list("pk", flat=True)[:200],
        lambda pk: disputes.remind(dispute_id=pk, now=now),
        failure="dispute_not_reminded",
    )
    _one_by_one(
        disputes.to_read_again(now=now).values_list("pk", flat=True)[:100],
        lambda pk: disputes.read_again(dispute_id=pk, now=now),
        failure="dispute_not_read",
    )


@shared_task
def read_accounts() -> None:
    """Each night, what Stripe has of each account and did not tell: one task an account, in no hurry."""
    for account_id in payouts.accounts_in_use(now=clock.now()).values_list("pk", flat=True):
        enqueue(read_account_money, account_id)


@shared_task
def read_account_money(account_id: int) -> None:
    account, now = StripeAccount.objects.get(pk=account_id), clock.now()
    try:
        disputes.look_for_new(account=account, now=now)
        payouts.look_for_new(account=account, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("account_money_not_read", account=account_id, error=str(error))


@shared_task
def follow_up_late_payments() -> None:
    count = late_payments.follow_up(now=clock.now())
    if count:
        log.info("late_steps_taken", steps=count)
