"""Telling those who wait: what an alert's search finds today and had not found before."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from common import clock
from legal.rights import effects
from search import alerts, finding, listing
from search.actions.alert_mails import send
from search.engines.base import Hit
from search.models import AlertSighting, SearchAlert

log = structlog.get_logger(__name__)
# An alert begins on a search that finds few; one that has come to find more follows the first of them.
MOST_READ = 500
MOST_SHOWN = 8
EVERY = dt.timedelta(minutes=10)
BATCH = 300


def run(now: dt.datetime | None = None) -> int:
    """Look for every alert whose turn it is, the one that waited longest first; returns how many mails were queued."""
    moment = now or clock.now()
    turn = Q(last_run_at=None) | Q(last_run_at__lt=moment - EVERY)
    frozen = effects.frozen_addresses().filter(user__email__iexact=OuterRef("email"))
    due = SearchAlert.objects.active(moment.astimezone(clock.PARIS).date()).filter(turn).exclude(Exists(frozen))
    ids = list(due.order_by(F("last_run_at").asc(nulls_first=True)).values_list("pk", flat=True)[:BATCH])
    queued, failures = 0, []
    for pk in ids:
        try:
            queued += announce(pk, now=moment)
        except Exception as error:
            # The others do not wait for it; the task fails once they were told.
            log.exception("alert_not_run", alert=pk)
            failures.append(error)
    if failures:
        raise failures[0]
    return queued


@transaction.atomic
def announce(alert_id: int, *, now: dt.datetime) -> int:
    """Queue one mail about those who are new, at most one a day; 1 when it was queued.

    The mail and who it names are written together: whatever is interrupted, nobody is told twice of somebody, and nobody
    is forgotten. On free times, somebody who had none since is news again.
    """
    alert = SearchAlert.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=alert_id).first()
    if alert is None or alert.confirmed_at is None:
        return 0
    known = {sighting.practitioner_id: sighting for sighting in alert.sightings.all()}
    hits = matching(alert)
    present = {hit.practitioner_id for hit in hits}
    if alert.waits_for_time:
        gone = [pk for pk, sighting in known.items() if sighting.present and pk not in present]
        alert.sightings.filter(practitioner__in=gone).update(present=False)
    news = [h for h in hits if h.practitioner_id not in known or not known[h.practitioner_id].present]
    alert.last_run_at = now
    if news and not _sent_today(alert, now):
        AlertSighting.objects.bulk_create(
            [AlertSighting(alert=alert, practitioner_id=h.practitioner_id, announced_at=now) for h in news],
            update_conflicts=True,
            unique_fields=["alert", "practitioner"],
            update_fields=["announced_at", "present"],
        )
        alert.sent += 1
        alert.last_sent_at = now
        _send(alert, news)
    else:
        news = []
    alert.save(update_fields=["last_run_at", "sent", "last_sent_at"])
    return 1 if news else 0


def matching(alert: SearchAlert) -> list[Hit]:
    """Who the search finds now, as it was asked: nothing corrected, nothing dropped.

    A search of which a part is no longer understood (a practice that is gone, a day that has passed) would find others.
    """
    parsed = alerts.parse(alert.query)
    if alerts.canonical(parsed) != alert.query:
        log.info("alert_not_understood", alert=str(alert.subject))
        return []
    results = finding.find(parsed.query, facets=False, size=MOST_READ)
    return [] if results.corrected else results.hits


def _sent_today(alert: SearchAlert, now: dt.datetime) -> bool:
    return bool(alert.last_sent_at) and _day(alert.last_sent_at) >= _day(now)


def _day(moment: dt.datetime | None) -> dt.date:
    return moment.astimezone(clock.PARIS).date() if moment else dt.date.min


def _send(alert: SearchAlert, news: list[Hit]) -> None:
    shown = [
        {
            "name": hit.card["name"],
            "url": hit.card["url"],
            "practices": ", ".join(hit.card["practices"]),
            "place": listing.place_line(hit.card),
            "next_free": hit.next_free,
            "zone": hit.card["zone"],
        }
        for hit in news[:MOST_SHOWN]
    ]
    send(
        alert,
        "search/alert_found",
        key=f"found-{alert.sent}",
        context={"found": shown, "count": len(news), "more": len(news) - len(shown)},
    )
