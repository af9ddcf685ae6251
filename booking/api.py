"""`/api/v1/practitioners/<slug>/slots/` and `/api/v1/first-slots/`: free times for other programs (docs/api.md)."""

import datetime as dt
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError

from booking import agenda, slots
from booking.agenda import Known
from booking.answers import Asked, Kept, Written, days_of
from booking.middleware import Proof, prove
from booking.reasons import reason
from booking.timetable.minutes import DAY, local_day, moment
from booking.timetable.model import Offer
from booking.timetable.times import DayTimes
from common import clock
from common.api import Refused, cacheable

router = Router(tags=["slots"])
LONGEST = 62
MOST_PRACTITIONERS = 100
# An answer is right for as long as its agenda does not change: what was written once is given again.
_months, _firsts = Written(2**24), Written(2**22)


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
    written = _months.get(key, now) if key else None
    if written is None:
        kept = days_of({0: Asked(pk, known, offer)}, begins, ends, now=now)[0]
        written = kept.until, _body(kept, known, offer)
        if key:
            _months.keep(key, *written)
    until, body = written
    response = _json(body)
    # Without a first day the question itself changes with the day.
    return prove(response, Proof(slug[:120], pk, known.age, until)) if keeps and known.age and first else response


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
    now = clock.now()
    listed, aged = agenda.listed([slug[:120] for slug in practitioner])
    found: dict[int, bytes] = {}
    if settings.AGENDA_KEEPS_ANSWERS:
        kept = {pk: _firsts.get((pk, age), now) for pk, age in aged.items()}
        found = {pk: written[1] for pk, written in kept.items() if written is not None}
    unknown = [pk for pk in listed if pk not in found]
    for pk, (slot, until) in slots.first_slots(unknown, now=now, aged=aged).items() if unknown else ():
        found[pk] = _first(slot) if slot else b""
        if pk in aged and settings.AGENDA_KEEPS_ANSWERS:
            _firsts.keep((pk, aged[pk]), until, found[pk])
    each = (orjson.dumps(listed[pk]) + b":" + written for pk, written in found.items() if written)
    return _json(b'{"first":{' + b",".join(each) + b"}}")


def _first(slot: slots.Slot) -> bytes:
    zone = ZoneInfo(slot.zone)
    times: dict[str, Any] = {
        "start": slot.start.astimezone(zone).isoformat(),
        "end": slot.end.astimezone(zone).isoformat(),
        "service": slot.service_id,
        "timezone": slot.zone,
    }
    if slot.seats_left is not None:
        times["seats_left"] = slot.seats_left
    return orjson.dumps(times)


def _known(slug: str) -> tuple[int, Known]:
    """The practitioner and its frame, in one query while the frame is in memory."""
    listed, aged = agenda.listed([slug])
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
