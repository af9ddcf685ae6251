"""Writing the index. Every action re-reads the database and is idempotent: late, repeated or lost calls do no harm."""

import datetime as dt
import time
from collections.abc import Iterable, Iterator

import structlog
from django.db import OperationalError, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Trunc

from common import clock
from practitioners.models import Practitioner
from search import agenda, digest, projection
from search.actions import prior, words
from search.entry_of import all_points, rows
from search.models import RankingPrior, SearchEntry, SearchPoint
from search.ranking import Standing, pack

log = structlog.get_logger(__name__)
BATCH = 200
_AGENDA_FIELDS = ["online", "stale_at", "rank", "digest", "card", "refreshed_at"]
# The version is the trigger's to set.
_FIELDS = [f.name for f in SearchEntry._meta.concrete_fields if not f.primary_key and f.name != "version"]


def refresh(practitioner_id: int) -> bool:
    """Make the index say of this practitioner what the database says; true when the practitioner can now be found."""
    return refresh_many([practitioner_id]) == 1


@transaction.atomic
def refresh_many(practitioner_ids: Iterable[int]) -> int:
    """Write the entries of those who may be found, remove those of the others; returns how many can be found.

    The practitioners' rows are locked in order: two refreshes of the same one cannot write an older state over a newer.
    """
    ids = sorted(set(practitioner_ids))
    list(Practitioner.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    found = projection.searchable(ids)
    moment = clock.now()
    facts = projection.project(found, prior_milli=prior.current().mean_milli, now=moment)
    made = rows(facts, now=moment)
    SearchEntry.objects.filter(pk__in=set(ids) - {p.pk for p in found}).delete()
    SearchEntry.objects.bulk_create(
        [row.entry for row in made], update_conflicts=True, unique_fields=["practitioner"], update_fields=_FIELDS
    )
    SearchPoint.objects.filter(entry__in=[p.pk for p in found]).delete()
    SearchPoint.objects.bulk_create(all_points(made))
    words.note(facts)
    return len(found)


def offering(*, kind: str, pk: int) -> list[int]:
    """Those who offer a practice, or are concerned by a theme."""
    link = {"practice": "practice_links__practice", "theme": "themes"}[kind]
    return list(Practitioner.objects.filter(**{link: pk}).order_by("pk").values_list("pk", flat=True))


def refresh_offering(*, kind: str, pk: int) -> int:
    """Refresh all of them; returns how many can be found."""
    return refresh_all(offering(kind=kind, pk=pk))


def refresh_all(practitioner_ids: Iterable[int]) -> int:
    """However many they are: a batch at a time, each in a transaction of its own."""
    return sum(refresh_many(batch) for batch in _batches(practitioner_ids))


def remove(practitioner_id: int) -> None:
    """Take a practitioner out of the results at once; final until `refresh` finds them listed again."""
    SearchEntry.objects.filter(pk=practitioner_id).delete()


def rebuild() -> int:
    """Write the whole index anew, batch by batch, and drop what should not be there; searching goes on meanwhile.

    The very first one freezes a prior: scores would otherwise stand on a default although there are reviews.
    """
    if not RankingPrior.objects.exists():
        prior.freeze()
    ids = Practitioner.objects.order_by("pk").values_list("pk", flat=True)
    total = refresh_all(ids.iterator())
    words.recount()
    log.info("search_rebuilt", entries=total)
    return total


def refresh_availability(now: dt.datetime | None = None, limit: int = 20_000, seconds: float = 50) -> int:
    """Renew the agenda summaries that the passing of time has changed, a batch at a time; returns how many were read.

    Times that can no longer be booked come first; the days that midnight adds to every horizon wait behind them, for the
    next minutes if this one does not suffice. An agenda that cannot be read is raised once the others were renewed.
    """
    started = time.monotonic()
    due = SearchEntry.objects.filter(projection.due_for_refresh(now or clock.now()))
    on_the_hour = Trunc("stale_at", "hour", tzinfo=dt.UTC)
    first = Case(When(stale_at=on_the_hour, then=1), default=0)
    ids = list(due.order_by(first, F("stale_at").asc(nulls_last=True)).values_list("pk", flat=True)[:limit])
    failures: list[Exception] = []
    count = sum(_renewed(batch, now, failures) for batch in _batches(ids) if time.monotonic() - started < seconds)
    if failures:
        raise failures[0]
    return count


def _renewed(ids: list[int], now: dt.datetime | None, failures: list[Exception]) -> int:
    """One agenda that cannot be read must not keep the others waiting: it would be the first again every minute."""
    try:
        return _renew(ids, now)
    except OperationalError:
        raise
    except Exception as error:
        if len(ids) > 1:
            return sum(_renewed([pk], now, failures) for pk in ids)
        log.exception("agenda_not_renewed", practitioner=ids[0])
        failures.append(error)
        return 0


@transaction.atomic
def _renew(ids: list[int], now: dt.datetime | None) -> int:
    """Like `refresh_many`, reads under the practitioners' locks; one that is locked is being refreshed, or waits a turn."""
    rows = Practitioner.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=ids).order_by("pk")
    mine = list(rows.values_list("pk", flat=True))
    moment = now or clock.now()
    due = SearchEntry.objects.filter(projection.due_for_refresh(moment), pk__in=mine)
    entries = {entry.pk: entry for entry in due.defer("terms")}
    for pk, free in agenda.availabilities(entries, now=moment).items():
        entry = entries[pk]
        entry.online, entry.stale_at, entry.refreshed_at = free.online, free.stale_at, moment
        entry.rank = pack(standing_of(entry))
        entry.digest = digest.renewed(entry.digest, rank=entry.rank, availability=free)
        entry.card["next_free"] = {mode: first.isoformat() for mode, first in sorted(free.next_free.items())}
    SearchEntry.objects.bulk_update(entries.values(), _AGENDA_FIELDS)
    return len(entries)


def standing_of(entry: SearchEntry) -> Standing:
    return Standing(entry.online, entry.score, entry.completeness, entry.partner, entry.listed_on, entry.pk)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for pk in ids:
        batch.append(pk)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
