"""Writes what a calendar said into the times taken. All of a reading or nothing; only what differs, since every row that is
written makes the practitioner's cached agenda old."""

from booking.calendars.claims import hold
from booking.calendars.providers import Reading
from booking.models import ExternalBusy, ExternalCalendar

Key = tuple[str, str, str]


def keep(calendar: ExternalCalendar, reading: Reading, *, claim: str) -> int:
    """How many rows changed. Called in a transaction; raises ClaimLost."""
    connection = hold(calendar.connection_id, claim)
    if reading.unchanged:
        return 0
    wanted: dict[Key, ExternalBusy] = {}
    for href, found in reading.resources.items():
        for taken in found.times:
            key = (href, taken.uid, f"{taken.starts_at:%Y%m%dT%H%M%SZ}")
            wanted[key] = ExternalBusy(
                practitioner_id=connection.practitioner_id,
                connection=connection,
                calendar=calendar,
                href=href,
                uid=taken.uid,
                recurrence=key[2],
                starts_at=taken.starts_at,
                ends_at=taken.ends_at,
                all_day=taken.all_day,
                summary=taken.summary if connection.show_titles else "",
            )
    known = ExternalBusy.objects.filter(calendar=calendar)
    if not reading.whole:
        known = known.filter(href__in=[*reading.resources, *reading.gone])
    out, seen = [], set()
    for row in known:
        key = (row.href, row.uid, row.recurrence)
        found_there = reading.resources.get(row.href)
        if found_there is not None and row.uid in found_there.unreadable:
            # An event that makes no sense any more still takes the time it is known to take.
            seen.add(key)
            continue
        new = wanted.get(key)
        if new is not None and _says(new) == _says(row):
            seen.add(key)
        else:
            out.append(row.pk)
    new_rows = [row for key, row in wanted.items() if key not in seen]
    if out:
        ExternalBusy.objects.filter(pk__in=out).delete()
    ExternalBusy.objects.bulk_create(new_rows, batch_size=500)
    return len(out) + len(new_rows)


def _says(row: ExternalBusy) -> tuple[object, ...]:
    return row.starts_at, row.ends_at, row.all_day, row.summary
