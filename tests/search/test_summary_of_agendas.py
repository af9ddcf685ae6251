"""What search filters on (the next free time and the free days of each way to meet) is what the agenda offers, whatever it holds."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import slots
from booking.models import BookingSettings, Closure, OpeningRule
from search import agenda
from search.digest import HORIZON_DAYS
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import ServiceFactory

NOW = dt.datetime(2027, 3, 22, 6, 0, 7, tzinfo=dt.UTC)  # a week before the clocks change
PARIS = ZoneInfo("Europe/Paris")
MODES = ["cabinet", "visio", "domicile"]

RULES = st.lists(
    st.tuples(
        st.integers(0, 6), st.integers(7, 18), st.integers(1, 5), st.sets(st.sampled_from(MODES), min_size=1),
        st.sampled_from(["all", "even", "odd", "alt"]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=RULES,
    closed=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=2),
    taken=st.lists(st.tuples(st.integers(0, 58), st.integers(8, 18)), max_size=8, unique=True),
    terms=st.tuples(st.sampled_from([0, 120, 2880]), st.integers(1, 90), st.sampled_from([None, 1])),
)
def test_it_is_the_same_as_asking_for_every_day(rules, closed, taken, terms) -> None:
    practitioner, _service = bookable_practitioner(duration_minutes=50)
    practitioner.opening_rules.all().delete()
    for mode in ("visio", "domicile"):
        ServiceFactory(practitioner=practitioner, mode=mode, duration_minutes=75, buffer_after_minutes=20)
    first = NOW.astimezone(PARIS).date()
    for weekday, start, hours, modes, weeks in rules:
        OpeningRule.objects.create(
            practitioner=practitioner, place=practitioner.places.first(), weekday=weekday, start=dt.time(start),
            end=dt.time(start + hours), modes=sorted(modes), parity=weeks, valid_from=first if weeks == "alt" else None,
        )  # fmt: skip
    for since, lasts in closed:
        day = first + dt.timedelta(days=since)
        Closure.objects.create(practitioner=practitioner, first_day=day, last_day=day + dt.timedelta(days=lasts))
    for days, hour in taken:
        start = dt.datetime.combine(first + dt.timedelta(days=days), dt.time(hour), PARIS).astimezone(dt.UTC)
        AppointmentFactory(practitioner=practitioner, starts_at=start)
    notice, horizon, most = terms
    BookingSettings.objects.update_or_create(
        practitioner=practitioner,
        defaults={"minimum_notice_minutes": notice, "horizon_days": horizon, "daily_maximum": most},
    )

    cells, firsts = set(), {}
    for service in practitioner.services.all():
        days = slots.free_slots(
            practitioner=practitioner, service=service, first_day=first, last_day=first + dt.timedelta(days=HORIZON_DAYS - 1), now=NOW
        )  # fmt: skip
        for day in days.values():
            for slot in day.slots:
                local = slot.start.astimezone(PARIS)
                cells.add((service.mode, day.date, agenda.part_of(local)))
                firsts[service.mode] = min(firsts.get(service.mode, slot.start), slot.start)

    summary = agenda.availabilities([practitioner.pk], now=NOW)[practitioner.pk]
    assert summary.cells == cells
    assert dict(summary.next_free) == firsts
