"""Holidays of a département, from two libraries that must agree; closing on them once, and opening again."""

import datetime as dt

import holidays as library
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking.actions import opening
from booking.holidays_calendar import (
    ZONES,
    public_holidays,
    school_data_until,
    school_holidays,
    zone_of_department,
)
from booking.models import Closure
from common.clock import now, today
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

YEAR = (dt.date(2027, 1, 1), dt.date(2027, 12, 31))
OFFICE = "/espace-praticien/horaires"


def names(department: str) -> dict[str, str]:
    return {f"{one.first_day:%m-%d}": one.name for one in public_holidays(department, *YEAR)}


@pytest.mark.parametrize(
    ("department", "zone"),
    [
        ("69", "A"),
        ("33", "A"),
        ("13", "B"),
        ("59", "B"),
        ("67", "B"),
        ("75", "C"),
        ("31", "C"),
        ("2A", ""),
        ("974", ""),
    ],
)
def test_each_academy_has_its_zone_and_corsica_and_overseas_have_none(department: str, zone: str) -> None:
    assert zone_of_department(department) == zone


def test_every_department_of_the_mainland_has_one_zone() -> None:
    codes = [f"{number:02d}" for number in range(1, 96) if number != 20]
    assert all(zone_of_department(code) in ZONES for code in codes)


def test_days_that_only_some_departments_have() -> None:
    assert names("974")["12-20"] == "Abolition de l’esclavage"
    assert names("971")["05-27"] == "Abolition de l’esclavage"
    assert names("57")["12-26"] == "Saint-Étienne"
    assert names("67")["03-26"] == "Vendredi saint"
    assert "12-26" not in names("69")
    assert "12-20" not in names("69")
    assert len(names("69")) == 11


@pytest.mark.parametrize("zone", ZONES)
def test_school_holidays_are_those_of_the_other_library(zone: str) -> None:
    """Two sources of the same decrees: a mistake in one shows."""
    first, last = dt.date(2026, 9, 1), dt.date(2027, 8, 31)
    ours = {
        period.first_day + dt.timedelta(days=number)
        for period in school_holidays(zone, first, last)
        for number in range((period.last_day - period.first_day).days + 1)
    }
    theirs = library.country_holidays("FR", subdiv=f"Zone {zone}", years=(2026, 2027), categories=("school",))
    until = dt.date(2027, 7, 1)  # from there on one of them says when pupils leave, the other when teachers do
    mine, other = ({day for day in days if first <= day < until} for days in (ours, theirs))
    assert mine <= other
    # The bridge of Ascension: one of them adds its Sunday.
    assert all(day.weekday() == 6 for day in other - mine)


def test_christmas_holidays_cross_the_new_year_in_one_piece() -> None:
    (found,) = school_holidays("A", dt.date(2027, 1, 2), dt.date(2027, 1, 2))
    assert (found.first_day, found.last_day) == (dt.date(2026, 12, 19), dt.date(2027, 1, 3))
    assert found.key == "school:A:2026-12-19"


def test_nothing_is_made_up_beyond_the_data() -> None:
    after = school_data_until() + dt.timedelta(days=1)
    assert school_holidays("B", after, after + dt.timedelta(days=3650)) == []


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(dt.date(2024, 1, 1), dt.date(2029, 1, 1)),
    length=st.integers(0, 400),
    department=st.sampled_from(["69", "974", "971", "57", "2A", "988", ""]),
)
@settings(max_examples=60, deadline=None)
def test_each_holiday_of_a_span_has_a_key_of_its_own(zone: str, first: dt.date, length: int, department: str) -> None:
    last = first + dt.timedelta(days=length)
    found = school_holidays(zone, first, last) + public_holidays(department, first, last)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert one.last_day >= first
        assert one.first_day <= last
        assert len(one.key) <= 60


class TestClosedOnce(TestCase):
    @given(presses=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 7))), max_size=8))
    @settings(max_examples=20, deadline=None)
    def test_whatever_is_pressed_a_day_is_closed_once_or_not_at_all(self, presses: list[tuple[bool, set[int]]]) -> None:
        practitioner = PractitionerFactory()
        own = Closure.objects.create(practitioner=practitioner, first_day=YEAR[0], last_day=YEAR[0])
        offered = (school_holidays("A", *YEAR) + public_holidays("69", *YEAR))[:8]
        closed: set[str] = set()
        for closes, numbers in presses:
            chosen = [offered[number] for number in sorted(numbers)]
            keys = {one.key for one in chosen}
            if closes:
                added = opening.close_holidays(practitioner=practitioner, holidays=chosen)
                assert {row.source for row in added} == keys - closed
                closed |= keys
            else:
                opening.reopen_holidays(practitioner=practitioner, keys=keys)
                closed -= keys
            rows = practitioner.closures.exclude(pk=own.pk).values_list("source", flat=True)
            assert sorted(rows) == sorted(closed)
        assert practitioner.closures.filter(pk=own.pk).exists()


@pytest.fixture
def office(client: Client, login_as, db):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def test_all_are_closed_in_one_press_and_a_second_changes_nothing(client: Client, office) -> None:
    for _press in range(2):
        assert client.post(f"{OFFICE}/vacances/", {"fermer": "toutes:public"}).status_code == 302
        assert office.closures.filter(kind="holiday").count() in {10, 11, 12}
    client.post(f"{OFFICE}/vacances/", {"rouvrir": "toutes:public"})
    assert not office.closures.exists()


def test_a_zone_may_be_chosen_and_is_remembered(client: Client, office) -> None:
    holiday = school_holidays("C", today(), today() + dt.timedelta(days=360))[0]
    client.post(f"{OFFICE}/vacances/", {"zone": "C", "fermer": holiday.key})
    closure = office.closures.get()
    assert (closure.source, closure.first_day, closure.note) == (holiday.key, holiday.first_day, holiday.name)
    page = client.get(f"{OFFICE}/").content.decode()
    assert '<option value="C" selected>' in page
    assert "connu jusqu’au 31\u00a0août 2028" in page


@pytest.mark.parametrize(
    "key", ["", "x", "school:A:1999-01-01", "toutes:", "toutes:lune", "public:2027-01-02", "é" * 9999]
)
def test_a_holiday_that_is_not_offered_does_not_exist(client: Client, office, key: str) -> None:
    assert client.post(f"{OFFICE}/vacances/", {"fermer": key, "zone": "‮😀"}).status_code == 404
    assert not office.closures.exists()


def test_appointments_in_a_holiday_are_kept_and_listed_with_what_can_be_done(client: Client, office) -> None:
    holiday = public_holidays("75", today() + dt.timedelta(days=2), today() + dt.timedelta(days=360))[0]
    start = dt.datetime.combine(holiday.first_day, dt.time(10), dt.UTC)
    inside = AppointmentFactory(practitioner=office, starts_at=start)
    outside = AppointmentFactory(practitioner=office, starts_at=start + dt.timedelta(days=1))
    answer = client.post(f"{OFFICE}/vacances/", {"fermer": holiday.key}, follow=True)
    page = answer.content.decode()
    assert "1 rendez-vous est conservé" in page
    assert f"/espace-praticien/rendez-vous/{inside.reference}/" in page
    assert f"/espace-praticien/rendez-vous/{inside.reference}/annuler/" in page
    assert outside.reference not in page
    inside.refresh_from_db()
    assert inside.status == "confirmed"
    assert "1 rendez-vous conservé" in client.get(f"{OFFICE}/").content.decode()


def test_anothers_closure_does_not_exist(client: Client, office) -> None:
    foreign = Closure.objects.create(practitioner=PractitionerFactory(), first_day=now().date(), last_day=now().date())
    assert client.get(f"{OFFICE}/fermetures/{foreign.pk}/").status_code == 404
