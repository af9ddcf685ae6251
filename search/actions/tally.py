"""Keeping the tally (`search.tally`): changes are folded in every few seconds, and each day is counted anew."""

from django.db import transaction

from common import clock
from search import bits, tally
from search.cursors import binary_cursor
from search.models import Tally


@transaction.atomic
def roll_up() -> int:
    """Fold the changes seen now into the tally, or count everybody when the day is another; returns how many changes.

    The row is locked first: whoever else folds waits, then finds the changes gone. Those being written meanwhile stay for
    the next time; a reader sees the old row with its changes or the new one without them, never a mixture.
    """
    row = _locked()
    today = clock.today()
    if row.day != today:
        return recount()
    with binary_cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM search_tallydelta RETURNING before, after) "  # noqa: S608
            f"SELECT string_agg(before, ''), string_agg(after, ''), count(before), count(after), count(*), {bits.AS_TEXT} FROM gone"
        )
        before, after, gone, come, changes, text = cursor.fetchone()
    if changes:
        numbers = bits.from_text(text)
        row.counts = tally.changed(row.counts, before or b"", after or b"", numbers, today)
        row.total += come - gone
        row.save(update_fields=["total", "counts"])
    return int(changes)


@transaction.atomic
def recount() -> int:
    """Count everybody for today; returns how many changes that made superfluous.

    One statement reads the digests and removes the changes, hence at one instant: what it counts is what it removes.
    """
    row = _locked()
    with binary_cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM search_tallydelta RETURNING 1) "  # noqa: S608
            f"SELECT string_agg(digest, ''), count(*), (SELECT count(*) FROM gone), {bits.AS_TEXT} FROM search_searchentry"
        )
        blob, row.total, changes, text = cursor.fetchone()
    row.day = clock.today()
    counts = tally.counted(blob or b"", bits.from_text(text), row.day)
    row.counts = {facet: dict(pairs) for facet, pairs in counts.items()}
    row.save()
    return int(changes)


def _locked() -> Tally:
    """The row, made when it is not there: two that make it at once make one."""
    found = Tally.objects.select_for_update(no_key=True).filter(pk=tally.ROW).first()
    if found is None:
        Tally.objects.bulk_create([Tally(pk=tally.ROW, day="1970-01-01", total=0, counts={})], ignore_conflicts=True)
        found = Tally.objects.select_for_update(no_key=True).get(pk=tally.ROW)
    return found
