"""`/api/v1/practitioners/<slug>/slots/` and `/api/v1/first-slots/`: free times for other programs (docs/api.md)."""

import datetime as dt
from collections.abc import Hashable
from functools import lru_cache
from threading import Lock
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError

from booking import agenda, slots
from booking.agenda import Age, Known
from booking.answers import Asked, Kept, days_of
from booking.reasons import reason
from booking.timetable.minutes import DAY, local_day, moment
from booking.timetable.model import Offer
from booking.timetable.times import DayTimes
from common import clock
from common.api import Refused, cacheable
from common.compiled import prepared
from practitioners.models import Practitioner

router = Router(tags=["slots"])
LONGEST = 62
MOST_PRACTITIONERS = 100
# An answer is right for as long as its agenda does not change: what was written once is given again (16 MB a process).
_written: LRUCache[Hashable, tuple[dt.datetime, bytes]] = LRUCache(maxsize=2**24, getsizeof=lambda kept: len(kept[1]))
_lock = Lock()


class SlotOut(Schema):
    """Local times with their offset. `seats_left` is there for sessions of a group only."""

    start: str
    end: str
    seats_left: int | None = None


class DayOut(Schema):
    date: dt.date
    slots: list[SlotOut]
    reason: str


class SlotsOut(Schema):
    timezone: str
    days: list[DayOut]


class FirstSlotOut(SlotOut):
    service: int
    timezone: str


class FirstSlotsOut(Schema):
    """By slug; who has no free time, or cannot be booked online, is absent."""

    first: dict[str, FirstSlotOut]


def _refuse(name: str, message: str) -> ValidationError:
    return ValidationError([{"type": "value_error", "loc": ["query", name], "msg": message}])


@router.get(
    "/practitioners/{slug}/slots/",
    response={200: SlotsOut, 422: Refused},
    summary="Free times of a practitioner",
)
@decorate_view(cacheable(0))
def practitioner_slots(
    request: HttpRequest,
    slug: str,
    service: int | None = None,
    first: Annotated[dt.date | None, Query(alias="from")] = None,
    last: Annotated[dt.date | None, Query(alias="to")] = None,
) -> HttpResponse:
    """Without `service` its first bookable one; without dates the next seven days. At most 62 days; times carry their offset."""
    pk, known = _known(slug[:120])
    zone = known.frame.zone
    offer = next((one for one in known.offers if service is None or one.service_id == service), None)
    if offer is None:
        if service is not None:
            raise _refuse("service", "Unknown service of this practitioner")
        return _json(orjson.dumps({"timezone": zone, "days": []}))
    now = clock.now()
    begins = first or now.astimezone(ZoneInfo(zone)).date()
    if not 2000 < begins.year < 2200:
        raise _refuse("from", "Out of range")
    ends = last or begins + dt.timedelta(days=6)
    if not begins <= ends < begins + dt.timedelta(days=LONGEST):
        raise _refuse("to", f"Between `from` and {LONGEST} days after it")
    keeps = known.age and settings.AGENDA_KEEPS_ANSWERS
    key = (pk, known.age, offer, begins, ends, get_language()) if keeps else None
    with _lock:
        written = _written.get(key) if key else None
    if written and now < written[0]:
        return _json(written[1])
    kept = days_of({0: Asked(pk, known, offer)}, begins, ends, now=now)[0]
    body = _body(kept, known, offer)
    if key:
        with _lock:
            _written[key] = kept.until, body
    return _json(body)


@router.get(
    "/first-slots/",
    response={200: FirstSlotsOut, 422: Refused},
    summary="First free time of each of several practitioners",
)
@decorate_view(cacheable(0))
def first_slots(request: HttpRequest, practitioner: Annotated[list[str], Query()]) -> HttpResponse:
    """`practitioner` is a slug, repeated: at most 100."""
    if len(practitioner) > MOST_PRACTITIONERS:
        raise _refuse("practitioner", f"At most {MOST_PRACTITIONERS}")
    asked = [slug[:120] for slug in practitioner]
    listed, aged = _listed(asked)
    found = slots.next_slots(listed, now=clock.now(), days=1, per_day=1, aged=aged)
    first = {listed[pk]: days[0].slots[0] for pk, days in found.items()}
    body = {}
    for slug, slot in first.items():
        zone = ZoneInfo(slot.zone)
        body[slug] = {
            "start": slot.start.astimezone(zone).isoformat(),
            "end": slot.end.astimezone(zone).isoformat(),
            "service": slot.service_id,
            "timezone": slot.zone,
        }
        if slot.seats_left is not None:
            body[slug]["seats_left"] = slot.seats_left
    return _json(orjson.dumps({"first": body}))


# One question for practitioners and the ages of their agendas, in SQL as it is: this is asked more often than anything else.
_WHO = """
select p.id, p.slug, v.frame, v.busy from practitioners_practitioner p
left join booking_agendaversion v on v.practitioner_id = p.id where p.slug = any(%s) and p.status = %s
"""


def _listed(slugs: list[str]) -> tuple[dict[int, str], dict[int, Age]]:
    """Those of them whom the public may see; how old their agendas are, as far as that can be trusted."""
    with prepared() as cursor:
        cursor.execute(_WHO, [slugs, str(Practitioner.Status.LISTED)])
        rows = cursor.fetchall()
    trusted = () if agenda.in_transaction() else rows
    return {row[0]: row[1] for row in rows}, {pk: Age(frame, busy) for pk, _slug, frame, busy in trusted if frame}


def _known(slug: str) -> tuple[int, Known]:
    """The practitioner and its frame, in one query while the frame is in memory."""
    listed, aged = _listed([slug])
    if not listed:
        raise HttpError(404, "Unknown practitioner")
    (pk,) = listed
    return pk, agenda.known([pk], aged)[pk]


def _body(kept: Kept, known: Known, offer: Offer) -> bytes:
    days = [
        {
            "date": day.date,
            "slots": _times(day, offer),
            "reason": "" if day.times else reason(day.why, known.frame.terms),
        }
        for day in kept.days
    ]
    return orjson.dumps({"timezone": known.frame.zone, "days": days})


def _times(day: DayTimes, offer: Offer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    date, clocks = day.date.isoformat(), _CLOCKS
    for one in day.times:
        midnight, regular = local_day(one.zone, day.date)
        start, end = one.start - midnight, one.end - midnight
        times: dict[str, Any]
        if regular and end < DAY:
            # On a day of 24 hours the offset does not change: several times faster than by aware datetimes.
            offset = _offset(one.zone, day.date)
            times = {"start": f"{date}T{clocks[start]}{offset}", "end": f"{date}T{clocks[end]}{offset}"}
        else:
            zone = ZoneInfo(one.zone)
            times = {
                "start": moment(one.start).astimezone(zone).isoformat(),
                "end": moment(one.end).astimezone(zone).isoformat(),
            }
        if offer.is_group:
            times["seats_left"] = one.seats_left
        found.append(times)
    return found


_CLOCKS = [f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(DAY)]


@lru_cache(maxsize=4_096)
def _offset(zone: str, day: dt.date) -> str:
    """Of a day whose clocks do not change, such as +01:00."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).isoformat()[-6:]


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json; charset=utf-8")
