"""Alerts by e-mail: asked for, confirmed from the mail, prolonged, stopped. Nothing here tells whether an address is known."""

import datetime as dt
import secrets
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import DomainError
from legal.retention import holds
from search import alerts
from search.actions import alert_consents, announcements
from search.actions.alert_consents import Circumstances
from search.actions.alert_mails import send
from search.models import AlertConsent, AlertSighting, SearchAlert
from search.query import Parsed

log = structlog.get_logger(__name__)
Event = AlertConsent.Event
CONFIRM_WITHIN = dt.timedelta(days=7)
# For one address: more is somebody filling somebody else's mailbox. Nothing is sent then, and the page says the same.
MAILS_A_DAY = 5
MOST_OF_ONE = 20


class CannotWatch(DomainError):
    message = _("Say more precisely what you are looking for: an alert needs a practice, a theme or a place.")


@transaction.atomic
def ask(*, parsed: Parsed, label: str, email: str, months: int, how: Circumstances, now: dt.datetime) -> None:
    """Keep what is asked and send the mail that confirms it. Asked again, the same mail is sent again, within the limits.

    Returns nothing on purpose: the page is the same for an address that is known, unknown or asked too often.
    """
    if not alerts.can_be_watched(parsed):
        raise CannotWatch
    email = email.lower()
    if _too_many(email, now) or _pressed_too_often(email, now):
        log.info("alert_not_asked", reason="too many for this address")
        return
    alert, created = SearchAlert.objects.get_or_create(
        email=email, query=alerts.canonical(parsed), defaults=_new(parsed, label, months, now)
    )
    if not created:
        alert.asked_at = now
        if not alert.confirmed_at:
            alert.months, alert.ends_on = months, _end(parsed, months)
        alert.save(update_fields=["asked_at", "months", "ends_on"])
    if not alert.confirmed_at:
        alert_consents.record(alert=alert, event=Event.GIVEN, how=how, now=now)
    what = "known" if alert.confirmed_at else "confirm"
    # One a minute at most, whatever is pressed; that an alert is there already is said once a day.
    once = f"{now:%Y%m%d}" if alert.confirmed_at else f"{now:%Y%m%d%H%M}"
    send(alert, f"search/alert_{what}", key=f"{what}-{once}", context={"days": CONFIRM_WITHIN.days})


def _new(parsed: Parsed, label: str, months: int, now: dt.datetime) -> dict[str, Any]:
    fresh = SearchAlert()
    fresh.set_token(secrets.token_urlsafe(32))
    return {
        "label": label[: alerts.MAX_LABEL],
        "waits_for_time": alerts.waits_for_time(parsed),
        "months": months,
        "token_hash": fresh.token_hash,
        "token_sealed": fresh.token_sealed,
        "created_at": now,
        "asked_at": now,
        "ends_on": _end(parsed, months),
    }


def _too_many(email: str, now: dt.datetime) -> bool:
    mine = SearchAlert.objects.filter(email=email)
    return mine.filter(asked_at__gt=now - dt.timedelta(days=1)).count() >= MAILS_A_DAY or mine.count() >= MOST_OF_ONE


def _pressed_too_often(email: str, now: dt.datetime) -> bool:
    """The same alerts asked for again and again: each time is a recorded consent."""
    subjects = list(SearchAlert.objects.filter(email=email).values_list("subject", flat=True))
    lately = AlertConsent.objects.filter(event=Event.GIVEN, recorded_at__gt=now - dt.timedelta(days=1))
    return lately.filter(detail__subject__in=subjects).count() >= MAILS_A_DAY


@transaction.atomic
def confirm(*, alert: SearchAlert, how: Circumstances, now: dt.datetime) -> SearchAlert:
    """From the mail: those who match now are known from the start, who comes later will be announced. Twice does no harm."""
    alert = SearchAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if alert.confirmed_at:
        return alert
    parsed = alerts.parse(alert.query)
    alert.confirmed_at = now
    alert.ends_on = _end(parsed, alert.months)
    alert.save(update_fields=["confirmed_at", "ends_on"])
    alert_consents.record(alert=alert, event=Event.CONFIRMED, how=how, now=now)
    present = announcements.matching(alert)
    AlertSighting.objects.bulk_create(
        [AlertSighting(alert=alert, practitioner_id=hit.practitioner_id) for hit in present]
    )
    return alert


@transaction.atomic
def extend(*, alert: SearchAlert, months: int, how: Circumstances, now: dt.datetime) -> SearchAlert:
    """A new end, counted from today: a consent of its own."""
    alert = SearchAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    alert.months, alert.ends_on = months, _end(alerts.parse(alert.query), months)
    alert.save(update_fields=["months", "ends_on"])
    alert_consents.record(alert=alert, event=Event.EXTENDED, how=how, now=now)
    return alert


@transaction.atomic
def stop(*, alert: SearchAlert, how: Circumstances, now: dt.datetime) -> None:
    """Erase the alert and all it knew; the proof of the consent and of its end is kept as the register says."""
    locked = SearchAlert.objects.select_for_update(no_key=True).filter(pk=alert.pk).first()
    if locked is None:
        return
    if locked.confirmed_at:
        alert_consents.record(alert=locked, event=Event.WITHDRAWN, how=how, now=now)
    else:
        alert_consents.forget(subject=locked.subject)
    locked.delete()


def purge(now: dt.datetime | None = None) -> dict[str, int]:
    """What time ends: alerts never confirmed, alerts at their end, proofs at the end of their retention."""
    moment = now or clock.now()
    today = moment.astimezone(clock.PARIS).date()
    done = {"unconfirmed": 0, "ended": 0}
    for alert in SearchAlert.objects.filter(confirmed_at=None, asked_at__lt=moment - CONFIRM_WITHIN):
        stop(alert=alert, how=Circumstances(), now=moment)
        done["unconfirmed"] += 1
    ended = SearchAlert.objects.filter(confirmed_at__isnull=False, ends_on__lt=today)
    for alert in holds.free("alerts", ended, moment):
        with transaction.atomic():
            alert_consents.record(alert=alert, event=Event.ENDED, how=Circumstances(), now=moment)
            alert.delete()
        done["ended"] += 1
    return {**done, "forgotten": alert_consents.forget_old(now=moment)}


def _end(parsed: Parsed, months: int) -> dt.date:
    """The last day: so many months from today, or the day that the search is about when it is sooner."""
    last = alerts.months_later(clock.today(), months)
    day = next(iter(parsed.raw.get("disponible", [])), "")
    return min(last, parsed.query.days[1]) if parsed.query.days and day[:1].isdigit() else last
