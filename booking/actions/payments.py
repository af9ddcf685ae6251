"""Paying for an appointment, with Stripe as the only witness of what was paid.

Stripe is never called inside a transaction that holds an appointment, and an answer that never came is never taken for a
failure: the attempt stays `creating` and is asked again with the same key.
"""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse

from booking import notifications, payment_states, stripe_gateway
from booking.actions import accounts, appointments, refunds
from booking.errors import AlreadyBooked, HoldLost, PaymentsInactive
from booking.lifecycle import Step, move
from booking.models import Appointment, AppointmentEvent, Payment, PaymentLink, Refund, Status, StripeAccount
from booking.payment_states import Step as PaymentStep
from booking.stripe_gateway import Session, StripeRefused, StripeUnreachable
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
# Stripe wants at least 30 minutes; a little more lets a first answer that was lost be asked for again.
SESSION_LASTS = dt.timedelta(minutes=33)
RECHECK_AFTER = dt.timedelta(seconds=45)
BY = AppointmentEvent.By
# What may still be paid for after the booking: sessions to come, and those that took place.
PAYABLE_LATER = (Status.CONFIRMED, Status.DONE, Status.CLIENT_ABSENT)


def start_checkout(*, appointment_id: int, now: dt.datetime) -> str:
    """The address of the hosted payment page. Asking twice gives the same page, and one charge at most.

    Raises HoldLost, AlreadyBooked, PaymentsInactive, StripeUnreachable (nothing was charged; ask again), StripeRefused.
    """
    of_booking = Payment.objects.filter(appointment=appointment_id, link=None)
    if of_booking.filter(status=Payment.Status.OPEN, session_expires_at__lte=now).exists():
        close(appointment_id=appointment_id, now=now)  # it may have been paid at the last second
    return page_of(_attempt(appointment_id, now), now=now)


def page_of(payment: Payment, *, now: dt.datetime) -> str:
    """The address of the page of an attempt, opened now if it was not. Raises AlreadyBooked when it is beyond that."""
    if payment.status == Payment.Status.OPEN and payment.url:
        return payment.url
    if payment.status != Payment.Status.CREATING:
        raise AlreadyBooked
    return settle(payment_id=payment.pk, session=_open(payment, now), now=now).url


@transaction.atomic
def _attempt(appointment_id: int, now: dt.datetime) -> Payment:
    """The attempt in progress, or a new one: committed before Stripe is asked."""
    appointment = appointments.locked(appointment_id)
    live = appointment.payments.filter(status__in=Payment.LIVE, link=None).first()
    if live:
        return live
    if appointment.status != Status.HELD or appointment.client_id is None or not appointment.advance_cents:
        raise HoldLost
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        raise HoldLost  # suspended, or gone, since the time was chosen (R6)
    return begun(
        appointment,
        amount_cents=appointment.advance_cents,
        fee_cents=appointment.fee_cents,
        manual_capture=appointment.on_request,
        now=now,
    )


def begun(
    appointment: Appointment,
    *,
    amount_cents: int,
    fee_cents: int,
    manual_capture: bool = False,
    link: PaymentLink | None = None,
    now: dt.datetime,
) -> Payment:
    """A new attempt, its appointment's row locked. Raises PaymentsInactive."""
    account = StripeAccount.objects.filter(practitioner=appointment.practitioner_id).first()
    if account is None or not account.is_active:
        raise PaymentsInactive
    last = appointment.payments.aggregate(last=Max("attempt"))["last"] or 0
    return Payment.objects.create(
        appointment=appointment,
        link=link,
        account=account,
        attempt=last + 1,
        amount_cents=amount_cents,
        fee_cents=fee_cents,
        manual_capture=manual_capture,
        session_expires_at=now + SESSION_LASTS,
        created_at=now,
    )


def _open(payment: Payment, now: dt.datetime) -> Session:
    """Ask for the session of an attempt; asked again, the same key and the same words give the same session."""
    appointment = payment.appointment
    if payment.link is not None:
        page = back = settings.BASE_URL + reverse("booking:pay_link", args=[payment.link.token])
        page += "?retour=1"
    else:
        page = settings.BASE_URL + reverse("booking:payment_return", args=[appointment.reference])
        back = settings.BASE_URL + reverse("booking:check", args=[appointment.reference])
    try:
        return stripe_gateway.open_checkout(
            account=payment.account.account_id,
            amount_cents=payment.amount_cents,
            fee_cents=payment.fee_cents,
            label=f"{appointment.practitioner.full_name} – {appointment.service_name}",
            email=appointment.contact_email,
            expires_at=payment.session_expires_at,
            manual_capture=payment.manual_capture,
            success_url=page,
            cancel_url=f"{back}?paiement=interrompu",
            metadata={"appointment": appointment.reference, "payment": str(payment.pk)},
            key=payment.idempotency_key,
        )
    except (StripeRefused, StripeUnreachable) as error:
        if isinstance(error, StripeRefused) or error.answered:
            # Nobody ever saw the address of such a session: it cannot be paid, and the next attempt has its own key.
            _never_opened(payment.pk, error, now)
        if isinstance(error, StripeRefused):
            accounts.ask(account_pk=payment.account_id)
        raise


@transaction.atomic
def _never_opened(payment_id: int, error: Exception, now: dt.datetime) -> None:
    row = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment_states.may(row, PaymentStep.FAIL):
        row.last_error = str(error)[:300]
        payment_states.move(row, PaymentStep.FAIL, now=now, detail=str(error))


def close(*, appointment_id: int, now: dt.datetime) -> None:
    """End the payment under way, if any, so that the time can be freed: Stripe's session expired for certain.

    A session that turns out to be paid is settled instead. Raises StripeUnreachable when nothing certain is known.
    """
    close_all(Payment.objects.filter(appointment=appointment_id, link=None), now=now)


def close_all(payments: QuerySet[Payment], *, now: dt.datetime) -> None:
    """The same for those of `payments` that are under way."""
    waiting = payments.filter(status__in=[Payment.Status.CREATING, Payment.Status.OPEN])
    for payment in waiting.select_related("appointment__practitioner", "account", "link"):
        session_id = payment.session_id
        if payment.status == Payment.Status.CREATING:
            try:
                session_id = _open(payment, now).id
            except (StripeRefused, StripeUnreachable) as error:
                if isinstance(error, StripeUnreachable) and not error.answered:
                    raise
                log.warning("payment_never_opened", payment=payment.pk, error=str(error))
                continue
        session = stripe_gateway.expire_session(account=payment.account.account_id, session_id=session_id or "")
        settle(payment_id=payment.pk, session=session, now=now)


def refresh(*, payment_id: int, now: dt.datetime) -> Payment:
    """Ask Stripe how a payment stands, whatever its state, and make it so here. Raises StripeUnreachable."""
    payment = Payment.objects.select_related("appointment__practitioner", "account", "link").get(pk=payment_id)
    if payment.status == Payment.Status.RELEASING:
        return _release(payment, now)
    if payment.status == Payment.Status.CREATING:
        try:
            return settle(payment_id=payment.pk, session=_open(payment, now), now=now)
        except StripeRefused:
            payment.refresh_from_db()
            return payment
    if payment.session_id is None or payment.status in {Payment.Status.FAILED, Payment.Status.RELEASED}:
        return payment
    session = stripe_gateway.read_session(account=payment.account.account_id, session_id=payment.session_id)
    return settle(payment_id=payment.pk, session=session, now=now)


@transaction.atomic
def settle(*, payment_id: int, session: Session, now: dt.datetime) -> Payment:
    """Bring a payment and its appointment to what `session` says. The one place where money books an appointment.

    Idempotent, and indifferent to the order in which news arrive: `session` was read from Stripe, not from a notification.
    """
    appointment = appointments.locked(Payment.objects.values_list("appointment", flat=True).get(pk=payment_id))
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=payment_id)
    _is_what_was_asked(payment, session)
    payment.session_id = session.id
    payment.checked_at = now
    payment.url = session.url or payment.url
    payment.payment_intent = session.payment_intent or payment.payment_intent
    step, before = said_by(session), payment.status
    if step is None or not payment_states.may(payment, step):
        payment.save()
        return payment
    payment_states.move(payment, step, now=now)
    if step in {PaymentStep.PAY, PaymentStep.AUTHORISE}:
        _money_arrived(appointment, payment, was_authorised=before == Payment.Status.AUTHORISED, now=now)
    return payment


def _is_what_was_asked(payment: Payment, session: Session) -> None:
    """Our own number may be written on a session that somebody else made: it pays nothing here. Raises StripeRefused."""
    same_session = payment.session_id in {None, session.id}
    named = session.metadata.get("payment") in {None, str(payment.pk)}
    amount = session.amount_cents in {None, payment.amount_cents}
    if not (same_session and named and amount and session.currency in {"", "eur"}):
        log.error("payment_is_not_what_was_asked", payment=payment.pk, session=session.id)
        raise StripeRefused(f"session {session.id} is not what payment {payment.pk} asked", "not_what_was_asked")


def said_by(session: Session) -> PaymentStep | None:
    """The step that a session, as Stripe tells it, is the proof of."""
    if session.is_paid:
        return PaymentStep.PAY
    if session.is_authorised:
        return PaymentStep.AUTHORISE
    if session.status == "complete" and session.intent_status == "canceled":
        return PaymentStep.RELEASE
    if session.status == "complete" and session.intent_status == "requires_payment_method":
        return PaymentStep.EXPIRE  # the bank took its time, then refused: nobody can pay by this session any more
    return {"expired": PaymentStep.EXPIRE, "open": PaymentStep.OPEN}.get(session.status)


def _money_arrived(appointment: Appointment, payment: Payment, *, was_authorised: bool, now: dt.datetime) -> None:
    if payment.link_id is not None:
        _link_paid(appointment, payment, payment.link_id, now)
        return
    if appointment.status == Status.REQUESTED and was_authorised:
        # Captured because the practitioner accepted; the rest of the acceptance was lost with its worker.
        move(appointment, Step.ACCEPT, by=BY.STRIPE, now=now)
    elif appointment.status in {Status.HELD, Status.EXPIRED}:
        if not appointments.secure(appointment, by=BY.STRIPE, now=now):
            _too_late(appointment, payment, now)
    elif appointment.status in {Status.REQUESTED, Status.CONFIRMED} and not _paid_twice(appointment, payment):
        return
    else:
        _too_late(appointment, payment, now)


def _link_paid(appointment: Appointment, payment: Payment, link_id: int, now: dt.datetime) -> None:
    """What was asked for after the booking. Of an appointment that is cancelled meanwhile, or asked no more, it goes back."""
    link = PaymentLink.objects.select_for_update(no_key=True).get(pk=link_id)
    if not link.is_open or appointment.status not in PAYABLE_LATER:
        _too_late(appointment, payment, now)
        return
    link.paid_at = now
    link.save(update_fields=["paid_at"])
    notifications.tell(appointment, "link_paid", number=payment.attempt, amount_cents=payment.amount_cents)


def _paid_twice(appointment: Appointment, payment: Payment) -> bool:
    others = appointment.payments.filter(link=None).exclude(pk=payment.pk)
    return others.filter(status__in=[Payment.Status.PAID, Payment.Status.AUTHORISED]).exists()


def _too_late(appointment: Appointment, payment: Payment, now: dt.datetime) -> None:
    """Paid when there was nothing left to pay for: not the client's fault, so everything goes back, the fee with it, and both are told."""
    if payment.status == Payment.Status.AUTHORISED:
        appointments.let_go(payment, now=now)
    else:
        refunds.order(
            payment=payment, amount_cents=payment.amount_cents, cause=Refund.Cause.LATE, returns_fee=True, now=now
        )
    notifications.paid_too_late(appointment, payment)


def capture(*, payment: Payment) -> None:
    """Take the money of an accepted request. Raises StripeRefused when the authorisation is gone."""
    stripe_gateway.capture(account=payment.account.account_id, payment_intent=payment.payment_intent)


def mark_captured(*, payment: Payment, now: dt.datetime) -> bool:
    """Record that the money was taken, in the transaction of the caller; False when it no longer waited for that."""
    row = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if row.status != Payment.Status.AUTHORISED:
        return False
    payment_states.move(row, PaymentStep.PAY, now=now, detail="captured")
    return True


def _release(payment: Payment, now: dt.datetime) -> Payment:
    try:
        stripe_gateway.release(account=payment.account.account_id, payment_intent=payment.payment_intent)
        taken = False
    except StripeRefused as error:
        log.warning("authorisation_was_taken", payment=payment.pk, error=error.reason)
        taken = True
    with transaction.atomic():
        appointment = appointments.locked(payment.appointment_id)
        row = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=payment.pk)
        if row.status == Payment.Status.RELEASING:
            row.checked_at = now
            payment_states.move(row, PaymentStep.PAY if taken else PaymentStep.RELEASE, now=now)
            if taken:
                _too_late(appointment, row, now)
        return row


def to_reconcile(*, now: dt.datetime, limit: int = 100) -> list[int]:
    """Payments of which no certain news came for a while, the longest silent first."""
    silent = Q(checked_at=None, created_at__lte=now - RECHECK_AFTER) | Q(checked_at__lte=now - RECHECK_AFTER)
    waiting = [Payment.Status.CREATING, Payment.Status.OPEN, Payment.Status.RELEASING]
    # A captured request whose acceptance was lost still says authorised.
    lost = Q(status=Payment.Status.AUTHORISED) & ~Q(appointment__status=Status.REQUESTED)
    found = Payment.objects.filter(silent, Q(status__in=waiting) | lost).order_by(F("checked_at").asc(nulls_first=True))
    return list(found.values_list("pk", flat=True)[:limit])


def reconcile(*, now: dt.datetime) -> int:
    """Compare with Stripe what is not certain, and repair it. Returns how many were asked about."""
    ids = to_reconcile(now=now)
    for number, payment_id in enumerate(ids):
        try:
            refresh(payment_id=payment_id, now=now)
        except StripeUnreachable:
            log.warning("reconciliation_interrupted", left=len(ids) - number)
            # The next pass starts with another: one that Stripe never answers for must not hide those behind it.
            Payment.objects.filter(pk=payment_id).update(checked_at=now)
            return number
        except StripeRefused as error:
            log.error("reconciliation_refused", payment=payment_id, error=error.reason)
        except Exception:
            # One that nobody foresaw must not keep the others, nor the refunds that come after them.
            log.exception("reconciliation_failed", payment=payment_id)
    return len(ids)
