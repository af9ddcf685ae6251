"""What a visitor sees before booking: the next days that have something, what lies between, any month in one request."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from booking import picker
from booking.models import Appointment, BookingSettings, Closure, OpeningRule
from tests.booking.conftest import Visitor
from tests.factories.booking import AppointmentFactory, HeldFactory, OpeningRuleFactory, bookable_practitioner
from tests.factories.places import CommuneFactory, DepartmentFactory, RegionFactory
from tests.factories.practitioners import PractitionerFactory, ServiceFactory

PARIS = ZoneInfo("Europe/Paris")
# A Thursday, early in the morning.
NOW = dt.datetime(2026, 10, 1, 5, 0, tzinfo=dt.UTC)
THURSDAY = dt.date(2026, 10, 1)


def weekdays_only(*weekdays: int, **service: Any):
    practitioner, offered = bookable_practitioner(**service)
    practitioner.opening_rules.exclude(weekday__in=weekdays).delete()
    return practitioner, offered


def picked(practitioner: Any, service: Any, **more: Any) -> dict[str, Any]:
    return picker.pick(practitioner=practitioner, service=service, now=more.pop("now", NOW), **more)


def times_url(practitioner: Any, service: Any, query: str = "") -> str:
    return f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}{query}"


def days_of(found: dict[str, Any]) -> list[str]:
    return [f"{day.date:%d/%m}" for day in found["days"]]


@pytest.mark.django_db
class TestTheNextDays:
    def test_they_are_the_five_that_have_something_whatever_lies_between(self) -> None:
        practitioner, service = weekdays_only(1, 4)
        assert days_of(picked(practitioner, service)) == ["02/10", "06/10", "09/10", "13/10", "16/10"]

    def test_what_lies_between_is_said_above_the_next_one(self) -> None:
        practitioner, service = weekdays_only(1, 4)
        gaps = [day.gap for day in picked(practitioner, service)["days"]]
        assert gaps[:3] == ["Fermé jusqu’à vendredi", "Fermé jusqu’à mardi", "Fermé jusqu’à vendredi"]

    def test_days_that_follow_each_other_have_nothing_between(self) -> None:
        practitioner, service = bookable_practitioner()
        assert [day.gap for day in picked(practitioner, service)["days"]] == [""] * 5

    def test_a_long_closure_says_the_date(self) -> None:
        practitioner, service = bookable_practitioner()
        Closure.objects.create(practitioner=practitioner, first_day=THURSDAY, last_day=dt.date(2026, 11, 2))
        first = picked(practitioner, service)["days"][0]
        assert (first.date, first.gap) == (dt.date(2026, 11, 3), "Fermé jusqu’au 3\u00a0novembre")

    def test_full_days_and_mixed_ones_are_told_apart(self) -> None:
        practitioner, service = weekdays_only(3, 4, 5)
        busy = dt.datetime(2026, 10, 2, 6, tzinfo=dt.UTC)
        AppointmentFactory(practitioner=practitioner, starts_at=busy, ends_at=busy + dt.timedelta(hours=12))
        first, second, third = picked(practitioner, service)["days"][:3]
        assert (first.gap, second.gap) == ("", "Complet jusqu’à samedi")
        assert third.gap == "Fermé jusqu’à jeudi"
        Closure.objects.create(practitioner=practitioner, first_day=dt.date(2026, 10, 3), last_day=dt.date(2026, 10, 3))
        assert picked(practitioner, service)["days"][1].gap == "Pas d’horaire avant jeudi"

    def test_times_too_close_say_how_long_ahead_one_books(self) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(practitioner=practitioner, minimum_notice_minutes=36 * 60)
        assert "36 heures" in picked(practitioner, service)["days"][0].gap

    def test_previous_and_next_lead_to_as_many_days_on_each_screen(self) -> None:
        practitioner, service = weekdays_only(1, 4)
        found = picked(practitioner, service)
        assert found["earlier"] == {"wide": None, "narrow": None}
        assert found["later"] == {"wide": dt.date(2026, 10, 17), "narrow": dt.date(2026, 10, 10)}
        after = picked(practitioner, service, wanted=found["later"]["wide"])
        assert days_of(after) == ["20/10", "23/10", "27/10", "30/10", "03/11"]
        assert days_of(picked(practitioner, service, wanted=after["earlier"]["wide"])) == days_of(found)
        assert days_of(picked(practitioner, service, wanted=after["earlier"]["narrow"]))[:3] == [
            "09/10",
            "13/10",
            "16/10",
        ]

    def test_next_ends_with_the_last_day_that_can_be_booked(self) -> None:
        practitioner, service = weekdays_only(1, 4)
        BookingSettings.objects.create(practitioner=practitioner, horizon_days=12)
        found = picked(practitioner, service)
        assert days_of(found) == ["02/10", "06/10", "09/10", "13/10"]
        assert found["later"] == {"wide": None, "narrow": dt.date(2026, 10, 10)}

    def test_a_day_in_the_past_or_beyond_the_calendar_is_brought_back(self) -> None:
        practitioner, service = bookable_practitioner()
        assert picked(practitioner, service, wanted=dt.date(1, 1, 1))["days"][0].date == THURSDAY
        far = picked(practitioner, service, wanted=dt.date(9999, 12, 31))
        assert (far["days"], far["first_free"]) == ([], THURSDAY)


@pytest.mark.django_db
class TestTheMonth:
    def test_any_month_is_one_request_with_its_counts_and_reasons(self, visitor: Visitor) -> None:
        practitioner, service = weekdays_only(1, 4)
        BookingSettings.objects.create(practitioner=practitioner, horizon_days=365)
        with time_machine.travel(NOW):
            page = visitor.get(times_url(practitioner, service, "&mois=2027-03")).content.decode()
        assert re.search(r"<caption[^>]*>mars 2027.*9\xa0?.? ?jours avec des horaires", page, re.S)
        assert "mardi 2\u00a0mars, 17 horaires" in page
        assert page.count('data-day="') == 9
        assert '<h3 class="strip-date">mar.\u00a02\u00a0mars' in page
        assert "mois=2027-02" in page
        assert "mois=2027-04" in page

    def test_a_month_without_times_says_why_and_leads_back(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        with time_machine.travel(NOW):
            page = visitor.get(times_url(practitioner, service, "&mois=2027-06")).content.decode()
        assert "Réservations ouvertes 60 jours à l’avance" in page
        assert "Le premier est jeudi 1er\u00a0octobre" in page

    @pytest.mark.parametrize(
        "month", ["", "2027", "2027-13", "9999-12", "0000-01", "2027-3", "x" * 7, "2027-03-04", "٢٠٢٧-٠٣"]
    )
    def test_a_month_that_is_none_is_no_error(self, visitor: Visitor, month: str) -> None:
        practitioner, service = bookable_practitioner()
        assert visitor.get(times_url(practitioner, service, f"&mois={month}")).status_code == 200

    def test_a_swap_is_the_same_content_without_the_page_around(self, visitor: Visitor) -> None:
        practitioner, service = weekdays_only(1, 4)
        url = times_url(practitioner, service, "&mois=2026-11")
        with time_machine.travel(NOW):
            whole, part = visitor.get(url), visitor.get(url, headers={"HX-Request": "true"})
        inside = re.search(r"<tbody>.*</tbody>", whole.content.decode(), re.S)
        assert inside is not None
        assert inside.group() in part.content.decode()
        assert b"<html" not in part.content
        assert "HX-Request" in part["Vary"]
        assert "HX-Request" in whole["Vary"]
        assert "#annonce" in part.content.decode()


@pytest.mark.django_db
class TestOnesOwnHeldTime:
    def test_going_back_shows_it_chosen_and_one_press_goes_on(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        start = picked(practitioner, service, now=dt.datetime.now(dt.UTC))["days"][1].slots[2].start
        details = visitor.hold(practitioner, service, start)["Location"]
        page = visitor.get(times_url(practitioner, service)).content.decode()
        until = Appointment.objects.get().hold_expires_at
        assert f"gardé jusqu’à {until.astimezone(PARIS):%H:%M}" in page
        assert f'href="{details}"' in page
        assert re.search(rf'value="{re.escape(start.isoformat())}"[^>]*aria-current="true"', page)
        assert visitor.hold(practitioner, service, start)["Location"] == details
        assert Appointment.objects.count() == 1

    def test_on_the_profile_too(self, visitor: Visitor) -> None:
        from booking.panels import panel_context

        practitioner, service = bookable_practitioner()
        start = picked(practitioner, service, now=dt.datetime.now(dt.UTC))["days"][0].slots[-1].start
        answer = visitor.hold(practitioner, service, start)
        request = visitor.get(times_url(practitioner, service)).wsgi_request
        assert panel_context(request, practitioner)["held_url"] == answer["Location"]

    def test_nobody_elses_and_none_that_lapsed(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        start = picked(practitioner, service, now=dt.datetime.now(dt.UTC))["days"][1].slots[0].start
        elsewhere = picked(practitioner, service, now=dt.datetime.now(dt.UTC))["days"][3].slots[0].start
        HeldFactory(practitioner=practitioner, service=service, starts_at=elsewhere)
        assert "gardé jusqu’à" not in visitor.get(times_url(practitioner, service)).content.decode()
        visitor.hold(practitioner, service, start)
        assert "gardé jusqu’à" in visitor.get(times_url(practitioner, service)).content.decode()
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
            assert "gardé jusqu’à" not in visitor.get(times_url(practitioner, service)).content.decode()


@pytest.mark.django_db
class TestNothingFree:
    def test_other_sessions_video_elsewhere_and_the_waiting_list(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        Closure.objects.create(
            practitioner=practitioner, first_day=dt.date(2020, 1, 1), last_day=dt.date(2040, 1, 1),
            place=practitioner.places.first(),
        )  # fmt: skip
        video = ServiceFactory(practitioner=practitioner, practice=service.practice, mode="visio", name="À distance")
        OpeningRuleFactory(practitioner=practitioner, place=None, modes=["visio"], weekday=2)
        page = visitor.get(times_url(practitioner, service)).content.decode()
        assert "Aucun horaire libre pour" in page
        assert f"service={video.pk}" in page
        assert "À distance" in page
        assert f"/recherche/?pratique={service.practice.slug}&amp;mode=visio" in page
        assert "Prévenez-moi si un horaire se libère" in page
        assert "ne reçoit pas pour cette séance dans les 60 prochains jours" in page
        assert 'name="start"' not in page

    def test_full_is_told_from_closed(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(practitioner=practitioner, horizon_days=2)
        start = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=2)
        AppointmentFactory(practitioner=practitioner, starts_at=start, ends_at=start + dt.timedelta(days=6))
        page = visitor.get(times_url(practitioner, service)).content.decode()
        assert "tous les horaires ouverts d’ici là sont pris" in page

    def test_a_group_without_sessions_says_so(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner(seats=6)
        page = visitor.get(times_url(practitioner, service)).content.decode()
        assert "Aucune séance de groupe n’est prévue" in page


@pytest.mark.django_db
def test_a_group_session_says_how_many_seats_are_left(visitor: Visitor) -> None:
    from booking.models import GroupSession

    practitioner, service = bookable_practitioner(seats=6)
    start = dt.datetime.now(dt.UTC).replace(hour=10, minute=0, second=0, microsecond=0) + dt.timedelta(days=3)
    end = start + dt.timedelta(minutes=service.duration_minutes)
    GroupSession.objects.create(
        practitioner=practitioner, service=service, place=practitioner.places.first(), mode="cabinet", starts_at=start,
        ends_at=end, busy_start=start, busy_end=end, timezone="Europe/Paris", seats=3,
    )  # fmt: skip
    page = visitor.get(times_url(practitioner, service)).content.decode()
    assert "3 places restantes" in page
    assert visitor.hold(practitioner, service, start).status_code == 302
    other = Client().get(times_url(practitioner, service)).content.decode()
    assert "2 places restantes" in other


@pytest.mark.django_db
def test_the_clock_of_the_place_is_named() -> None:
    reunion = DepartmentFactory(code="974", name="La Réunion", region=RegionFactory(code="04", name="La Réunion"))
    practitioner = PractitionerFactory()
    practitioner.places.update(commune=CommuneFactory(department=reunion))
    for weekday in range(7):
        OpeningRuleFactory(practitioner=practitioner, weekday=weekday)
    page = Client().get(times_url(practitioner, practitioner.services.get())).content.decode()
    assert "Heures de La Réunion." in page
    assert 'data-zone="Indian/Reunion"' in page


@pytest.mark.django_db
def test_the_page_asks_little_of_the_database(django_assert_max_num_queries: Any) -> None:
    practitioner, service = weekdays_only(1)
    BookingSettings.objects.create(practitioner=practitioner, horizon_days=365)
    client = Client()
    with django_assert_max_num_queries(16):
        client.get(times_url(practitioner, service))
    # Turning to a month ten months away, and looking back two months for the days before it.
    far = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=300)
    with django_assert_max_num_queries(26):
        client.get(times_url(practitioner, service, f"&mois={far:%Y-%m}"))


@pytest.mark.django_db
def test_a_sparse_agenda_is_still_read_in_few_questions(django_assert_max_num_queries: Any) -> None:
    practitioner, service = bookable_practitioner()
    OpeningRule.objects.filter(practitioner=practitioner).delete()
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=340)
    OpeningRuleFactory(practitioner=practitioner, weekday=day.weekday(), valid_from=day, valid_until=day)
    BookingSettings.objects.create(practitioner=practitioner, horizon_days=365)
    with django_assert_max_num_queries(70):
        page = Client().get(times_url(practitioner, service)).content.decode()
    assert f'value="{day.isoformat()}T' in page
