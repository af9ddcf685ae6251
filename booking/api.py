"""`/api/v1/practitioners/<slug>/slots/`: the free times of a service, day by day, for other programs."""

import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError, ValidationError

from booking import calendar_grid, slots
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner

router = Router(tags=["slots"])
LONGEST = 62


class SlotOut(Schema):
    start: str
    end: str


class DayOut(Schema):
    date: dt.date
    slots: list[SlotOut]
    reason: str


class SlotsOut(Schema):
    timezone: str
    days: list[DayOut]


def _refuse(name: str, message: str) -> ValidationError:
    return ValidationError([{"type": "value_error", "loc": ["query", name], "msg": message}])


@router.get("/practitioners/{slug}/slots/", response=SlotsOut, summary="Free times of a practitioner")
def practitioner_slots(
    request: HttpRequest,
    slug: str,
    service: int | None = None,
    first: Annotated[dt.date | None, Query(alias="from")] = None,
    last: Annotated[dt.date | None, Query(alias="to")] = None,
) -> dict[str, Any]:
    """Without `service` its first bookable one; without dates the next seven days. At most 62 days; times carry their offset."""
    practitioner = Practitioner.objects.listed().filter(slug=slug[:120]).first()
    if practitioner is None:
        raise HttpError(404, "Unknown practitioner")
    offered = bookable_services().filter(practitioner=practitioner)
    if service is not None and not 0 < service < 2**63:
        raise _refuse("service", "Unknown service of this practitioner")
    chosen = offered.filter(pk=service).first() if service is not None else offered.first()
    zone = calendar_grid.zone_of(practitioner)
    if chosen is None:
        if service is not None:
            raise _refuse("service", "Unknown service of this practitioner")
        return {"timezone": zone, "days": []}
    now = clock.now()
    begins = first or now.astimezone(ZoneInfo(zone)).date()
    if not 2000 < begins.year < 2200:
        raise _refuse("from", "Out of range")
    ends = last or begins + dt.timedelta(days=6)
    if not begins <= ends < begins + dt.timedelta(days=LONGEST):
        raise _refuse("to", f"Between `from` and {LONGEST} days after it")
    found = slots.free_slots(practitioner=practitioner, service=chosen, first_day=begins, last_day=ends, now=now)
    return {"timezone": zone, "days": [_day(here) for here in found.values()]}


def _day(here: slots.DaySlots) -> dict[str, Any]:
    return {
        "date": here.date,
        "slots": [
            {
                "start": slot.start.astimezone(ZoneInfo(slot.zone)).isoformat(),
                "end": slot.end.astimezone(ZoneInfo(slot.zone)).isoformat(),
            }
            for slot in here.slots
        ],
        "reason": str(here.reason),
    }
