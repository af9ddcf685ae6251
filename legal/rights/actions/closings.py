"""Closing an account: asked for, cancelled within a fortnight, closed; the data end six months after the request (Annexe A)."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from common import outbox
from legal.models import AccountClosing
from legal.rights import export, leaving
from legal.rights.errors import CannotClose, NotOpen

DELAY = dt.timedelta(days=14)
MONTHS = 6


@transaction.atomic
def ask(*, user: User, now: dt.datetime) -> AccountClosing:
    """The account closes in a fortnight, and after the last appointment to come. Raises CannotClose."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if leaving.obstacles(user, now):
        raise CannotClose
    closes_at = max([now + DELAY, *leaving.busy_until(user, now)])
    try:
        with transaction.atomic():
            closing = AccountClosing.objects.create(user=user, asked_at=now, closes_at=closes_at)
    except IntegrityError:
        return AccountClosing.objects.standing().get(user=user)
    _tell(closing, "rights/closing_asked", "asked")
    return closing


@transaction.atomic
def cancel(*, user: User, now: dt.datetime) -> AccountClosing:
    """Raises NotOpen once it is closed."""
    closing = AccountClosing.objects.select_for_update(no_key=True).standing().filter(user=user, closed_at=None).first()
    if closing is None:
        raise NotOpen
    closing.cancelled_at = now
    closing.save(update_fields=["cancelled_at"])
    _tell(closing, "rights/closing_cancelled", "cancelled")
    return closing


def close_due(*, now: dt.datetime) -> int:
    """Close what is due, each in a transaction of its own; how many. A new appointment or a listing puts it off."""
    done = 0
    for pk in AccountClosing.objects.due(now).order_by("closes_at").values_list("pk", flat=True)[:500]:
        done += _close(pk, now)
    return done


@transaction.atomic
def _close(closing_id: int, now: dt.datetime) -> int:
    closing = (
        AccountClosing.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("user")
        .due(now)
        .filter(pk=closing_id)
        .first()
    )
    if closing is None:
        return 0
    user = closing.user
    later = [moment for moment in leaving.busy_until(user, now) if moment > now]
    if leaving.obstacles(user, now) or later:
        closing.closes_at = max([now + dt.timedelta(days=1), *later])
        closing.save(update_fields=["closes_at"])
        return 0
    _tell(closing, "rights/closed", "closed")
    shut(user)
    closing.closed_at = now
    closing.save(update_fields=["closed_at"])
    return 1


def shut(user: User) -> None:
    """Nobody signs in any more: the session's key changes with the password."""
    user.is_active = False
    user.password = make_password(None)
    user.save(update_fields=["is_active", "password"])


def _tell(closing: AccountClosing, template: str, what: str) -> None:
    outbox.send(
        key=f"closing-{closing.pk}-{what}",
        to=closing.user.email,
        template=template,
        context={"closing": closing, "path": reverse("rights:closing"), "authority": export.CNIL, "months": MONTHS},
    )
