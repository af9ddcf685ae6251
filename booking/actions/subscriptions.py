"""Subscribing to an optional paid service, and keeping ours as Stripe's is: the truth is always read again, in any order (M8)."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from booking import stripe_gateway
from booking.actions import subscription_mails, subscription_money, subscription_refunds
from booking.actions.subscription_mails import day_mark
from booking.errors import AlreadySubscribed, NotOffered, ServiceChanged
from booking.models import PaidService, PaidServiceVersion, ServiceSubscriber, ServiceSubscription, SubscriptionRefund
from booking.stripe_gateway import Session, StripeRefused, StripeUnreachable, Subscription, SubscriptionInvoice
from booking.subscription_states import Step, may, move
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
State = ServiceSubscription.State
Cause = SubscriptionRefund.Cause
PAGE_LASTS = dt.timedelta(hours=2)
SILENT_FOR = dt.timedelta(hours=6)
UNPAID = {"open", "void", "uncollectible"}
BEHIND, OVER = {"past_due", "unpaid"}, {"canceled", "incomplete_expired"}


def version_of(service: PaidService, *, now: dt.datetime) -> PaidServiceVersion | None:
    """The price and terms for who subscribes now."""
    return service.versions.filter(valid_from__lte=now).order_by("-valid_from", "-number").first()


def coming_version(service: PaidService, *, now: dt.datetime) -> PaidServiceVersion | None:
    return service.versions.filter(valid_from__gt=now).order_by("valid_from", "number").first()


def living(practitioner: Practitioner, service: PaidService) -> ServiceSubscription | None:
    rows = ServiceSubscription.objects.filter(subscriber__practitioner=practitioner, service=service)
    return rows.filter(state__in=ServiceSubscription.LIVE).select_related("version").first()


def agree(
    *,
    practitioner: Practitioner,
    version: PaidServiceVersion,
    by: User,
    agreement: str,
    starts_at_once: bool,
    now: dt.datetime,
) -> ServiceSubscription:
    """What is subscribed to, committed before Stripe is asked; the same one again for who presses twice.

    Raises NotOffered, ServiceChanged, AlreadySubscribed, StripeUnreachable, StripeRefused.
    """
    service = version.service
    if not service.is_offered:
        raise NotOffered
    if version_of(service, now=now) != version:
        raise ServiceChanged
    known = living(practitioner, service)
    if known:
        known = refresh(subscription_id=known.pk, now=now)
        if known.is_running:
            raise AlreadySubscribed
        if known.state in {State.CREATING, State.OPEN}:
            is_same = (known.version, known.starts_at_once) == (version, starts_at_once)
            if is_same and known.session_expires_at - now > PAGE_LASTS / 2:
                return known
            close(subscription_id=known.pk, now=now)
    subscriber, _created = ServiceSubscriber.objects.get_or_create(practitioner=practitioner)
    try:
        with transaction.atomic():
            return ServiceSubscription.objects.create(
                subscriber=subscriber,
                service=service,
                version=version,
                service_name=service.name,
                agreed_by=by,
                agreed_at=now,
                agreement=agreement,
                starts_at_once=starts_at_once,
                session_expires_at=now + PAGE_LASTS,
                send_to=by.email if service.delivered_by == PaidService.DeliveredBy.ACCOUNTING else "",
            )
    except IntegrityError as error:
        if "one_living_subscription_of_a_service" not in str(error):
            raise
        other = living(practitioner, service)
        if other is None or other.is_running:
            raise AlreadySubscribed from error
        if (other.version, other.starts_at_once) != (version, starts_at_once):
            raise ServiceChanged from error
        return other


def page_of(*, subscription_id: int, now: dt.datetime) -> str:
    """Stripe's page where it is paid. Raises AlreadySubscribed, StripeUnreachable (ask again: nothing was paid), StripeRefused."""
    row = _with_all().get(pk=subscription_id)
    if row.state == State.OPEN:
        return row.session_url
    if row.state != State.CREATING:
        raise AlreadySubscribed
    try:
        session = _open(row)
    except StripeUnreachable as error:
        if error.answered:  # its key remembers the failure
            ServiceSubscription.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
        raise
    with transaction.atomic():
        row = locked(subscription_id)
        if row.state == State.CREATING:
            row.session_id, row.session_url = session.id, session.url
            move(row, Step.OPEN, now=now)
    if row.session_id != session.id:
        # Given up meanwhile in another tab: nobody was shown this page, nobody shall be.
        stripe_gateway.expire_session(account="", session_id=session.id)
        raise ServiceChanged
    return session.url


def _open(row: ServiceSubscription) -> Session:
    version, page = row.version, settings.BASE_URL + reverse("office:subscription", args=[row.reference])
    return stripe_gateway.open_subscription_checkout(
        customer=_customer(row),
        amount_cents=version.price_cents,
        interval="year" if version.interval == PaidServiceVersion.Interval.YEAR else "month",
        label=row.service_name,
        expires_at=row.session_expires_at,
        success_url=f"{page}?retour=1",
        cancel_url=settings.BASE_URL + reverse("office:paid_service", args=[row.service.slug]) + "?retour=1",
        metadata={"service_subscription": row.reference},
        key=f"{row.reference}-{row.attempts}",
    )


def _customer(row: ServiceSubscription) -> str:
    subscriber = row.subscriber
    if subscriber.customer_id:
        return str(subscriber.customer_id)
    practitioner = subscriber.practitioner
    customer = stripe_gateway.open_customer(
        email=practitioner.user.email,
        name=practitioner.full_name,
        metadata={"practitioner": str(practitioner.pk)},
        key=f"{row.reference}-{row.attempts}-customer",
    )
    ServiceSubscriber.objects.filter(pk=subscriber.pk, customer_id=None).update(customer_id=customer)
    subscriber.refresh_from_db()
    return str(subscriber.customer_id)


def close(*, subscription_id: int, now: dt.datetime) -> None:
    """No longer wait for its payment: the page is closed for certain first. Raises AlreadySubscribed when it was paid meanwhile."""
    row = ServiceSubscription.objects.get(pk=subscription_id)
    if row.state == State.OPEN and row.session_id:
        session = stripe_gateway.expire_session(account="", session_id=row.session_id)
        if session.status != "expired":
            refresh(subscription_id=subscription_id, now=now)
            raise AlreadySubscribed
    with transaction.atomic():
        row = locked(subscription_id)
        if may(row, Step.ABANDON):
            move(row, Step.ABANDON, now=now)


def refresh(*, subscription_id: int, now: dt.datetime) -> ServiceSubscription:
    """Read it at Stripe and make ours the same. `now` is before the reading. Raises StripeUnreachable, StripeRefused."""
    row = _with_all().get(pk=subscription_id)
    stripe_id = row.stripe_id
    if stripe_id is None:
        if row.state == State.ABANDONED or not row.session_id:
            return row
        session = stripe_gateway.read_session(account="", session_id=row.session_id)
        if not session.subscription:
            if session.status == "expired":
                close(subscription_id=row.pk, now=now)
            return _with_all().get(pk=subscription_id)
        if not _is_what_was_asked(row, session):
            log.error("subscription_is_not_what_was_asked", subscription=row.reference, session=session.id)
            return row
        stripe_id = session.subscription
    found = stripe_gateway.read_subscription(stripe_id)
    bills = stripe_gateway.list_subscription_invoices(stripe_id)
    if found.status in OVER and (open_bills := [bill for bill in bills if bill.status == "open"]):
        _void(row, open_bills)
        bills = stripe_gateway.list_subscription_invoices(stripe_id)
    return settle(subscription_id=row.pk, found=found, bills=bills, now=now)


def _void(row: ServiceSubscription, bills: list[SubscriptionInvoice]) -> None:
    """Nothing is owed of a subscription that is over, so nobody shall pay it on the page of a mail. The sweep tries again."""
    for bill in bills:
        try:
            stripe_gateway.void_invoice(bill.id)
        except (StripeUnreachable, StripeRefused) as error:
            # Refused when it was paid at this very moment, which is read next and given back.
            log.warning("subscription_invoice_not_voided", subscription=row.reference, bill=bill.id, error=str(error))


def _is_what_was_asked(row: ServiceSubscription, session: Session) -> bool:
    mark = session.metadata.get("service_subscription")
    return mark == row.reference and (session.amount_cents, session.currency) == (row.version.price_cents, "eur")


@transaction.atomic
def settle(
    *, subscription_id: int, found: Subscription, bills: list[SubscriptionInvoice], now: dt.datetime
) -> ServiceSubscription:
    """Apply what was read at `now`: money always, the state unless something was read later."""
    row = locked(subscription_id)
    if row.stripe_id not in {None, found.id} or found.metadata.get("service_subscription") != row.reference:
        log.error("subscription_is_another_one", subscription=row.reference, found=found.id)
        return row
    row.stripe_id = found.id
    if row.read_at is None or row.read_at <= now:
        _state(row, found, bills, now)
    if row.begun_at is not None:
        for bill in reversed(bills):
            if bill.is_paid and bill.paid_cents:
                payment = subscription_money.record(row, bill, now=now)
                if row.ended_at and payment.paid_at > row.ended_at and not payment.refunds.exists():
                    # Paid on Stripe's page once it was over: nothing was owed any more.
                    subscription_refunds.order(
                        payment=payment, amount_cents=payment.amount_cents, cause=Cause.OVER, now=now
                    )
    return row


def _state(row: ServiceSubscription, found: Subscription, bills: list[SubscriptionInvoice], now: dt.datetime) -> None:
    row.read_at, row.period_start, row.period_end = now, found.period_start, found.period_end
    owed = next((bill for bill in bills if bill.status == "open"), None)
    row.pay_url, row.unpaid_cents = (owed.pay_url, owed.amount_cents) if owed else ("", 0)
    if may(row, Step.BEGIN) and found.status not in {"incomplete", "incomplete_expired"}:
        row.begun_at = found.created
        move(row, Step.BEGIN, now=now)
        subscription_mails.begun(row)
    if row.is_running and row.told_stripe and row.ends_with_period != found.ends_with_period:
        row.ends_with_period = found.ends_with_period
        move(row, Step.CANCEL if found.ends_with_period else Step.KEEP, now=now, detail="at Stripe")
    if found.status in BEHIND and may(row, Step.FALL_BEHIND):
        move(row, Step.FALL_BEHIND, now=now, detail=owed.id if owed else "")
        subscription_mails.tell(row, "failed", mark=f"-{owed.id}" if owed else day_mark(now))
    elif found.status in {"active", "trialing"} and may(row, Step.RECOVER):
        move(row, Step.RECOVER, now=now)
    elif found.status in OVER and may(row, Step.END):
        was_behind = row.is_behind or any(bill.status in UNPAID for bill in bills)
        row.ended_at = found.ended_at or now
        move(row, Step.END, now=now, detail=_why(row, was_behind))
        if row.withdrawn_at is None:
            subscription_mails.tell(row, "ended", was_behind=was_behind)
    elif may(row, Step.ABANDON) and found.status == "incomplete_expired":
        move(row, Step.ABANDON, now=now)
    row.save()


def _why(row: ServiceSubscription, was_behind: bool) -> str:
    if row.withdrawn_at:
        return "withdrawn"
    return "unpaid" if was_behind else "cancelled" if row.ends_with_period else "at Stripe"


def to_read_again(*, now: dt.datetime) -> list[int]:
    """Those that no news came for: silent for hours, past the end of their period, or with a page that should be over."""
    running = Q(state__in=ServiceSubscription.RUNNING)
    silent = running & (Q(read_at__lt=now - SILENT_FOR) | Q(period_end__lt=now, read_at__lt=F("period_end")))
    payable = Q(state=State.ENDED) & ~Q(pay_url="")
    waiting = Q(state=State.OPEN) & (Q(session_expires_at__lt=now) | Q(agreed_at__lt=now - dt.timedelta(minutes=10)))
    return list(
        ServiceSubscription.objects.filter(silent | payable | waiting)
        .order_by("read_at")
        .values_list("pk", flat=True)[:200]
    )


def never_opened(*, now: dt.datetime) -> list[int]:
    """Agreed to, and Stripe's answer never came: whatever page there is, nobody was shown it, and it is over."""
    rows = ServiceSubscription.objects.filter(state=State.CREATING, session_expires_at__lt=now)
    return list(rows.values_list("pk", flat=True)[:200])


def to_announce(*, now: dt.datetime) -> list[ServiceSubscription]:
    rows = _with_all().filter(state=State.ACTIVE, ends_with_period=False, version__interval="year")
    return list(rows.filter(period_end__gt=now).order_by("period_end")[:500])


def announce_renewal(row: ServiceSubscription) -> None:
    subscription_mails.tell(row, "renewal", mark=day_mark(row.period_end))


def locked(subscription_id: int) -> ServiceSubscription:
    return _with_all().select_for_update(no_key=True, of=("self",)).get(pk=subscription_id)


def known(subscription_id: int) -> ServiceSubscription:
    """With all that its pages and mails say."""
    return _with_all().get(pk=subscription_id)


def _with_all() -> QuerySet[ServiceSubscription]:
    return ServiceSubscription.objects.select_related("service", "version", "subscriber__practitioner__user")
