"""Opening hours in the office: what a change brings is shown before it is saved, and what is booked stays."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from booking import slots
from booking.models import BookingSettings, Closure, TravelTime
from booking.policies.closing import appointments_within
from common.clock import now, today
from common.signals import listing_changed
from practitioners.models import PracticePlace
from tests.factories.booking import AppointmentFactory, OpeningRuleFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
OFFICE = "/espace-praticien/horaires"
SETTINGS = {
    "minimum_notice_minutes": "1440", "slot_step_minutes": "60", "horizon_days": "90", "daily_maximum": "6", "move_hours": "48",
    "most_moves": "1", "policy": "half",
}  # fmt: skip


@pytest.fixture
def office(client: Client, login_as):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def week(office: Any, **ranges: tuple[str, ...]) -> dict[str, Any]:
    """The form of the week: `d0=("09:00", "12:00")`, then perhaps the weeks and the first of them."""
    place = office.places.first()
    data: dict[str, Any] = {}
    for day in range(7):
        start, end, *rest = ranges.get(f"d{day}", ("", ""))
        parity, since = rest or ("all", "")
        data |= {
            f"d{day}r0-start": start,
            f"d{day}r0-end": end,
            f"d{day}r0-where": f"p{place.pk}",
            f"d{day}r0-parity": parity,
            f"d{day}r0-since": since,
        }
    return data


def look(client: Client, data: dict[str, Any]) -> tuple[str, str]:
    """The first press: the page with the effect, and what confirms it."""
    answer = client.post(f"{OFFICE}/", data)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    found = re.search(r'name="confirme" value="(\w+)"', page)
    assert found
    return page, found[1]


def save(client: Client, data: dict[str, Any]) -> Any:
    _page, digest = look(client, data)
    return client.post(f"{OFFICE}/", data | {"confirme": digest})


def test_nothing_is_saved_before_its_effect_was_seen_and_search_is_told_once_it_is(
    client: Client, office, django_capture_on_commit_callbacks
) -> None:
    told: list[int] = []
    listener = lambda practitioner_id, **_: told.append(practitioner_id)  # noqa: E731
    listing_changed.connect(listener)
    OpeningRuleFactory(practitioner=office, valid_from=dt.date(2030, 1, 7), valid_until=dt.date(2030, 1, 7))
    data = week(office, d0=("09:00", "12:00"), d3=("14:00", "19:00"))
    with django_capture_on_commit_callbacks(execute=True):
        page, digest = look(client, data)
        assert "horaires en moins" in page
        assert office.opening_rules.filter(valid_until=None).count() == 7
        answer = client.post(f"{OFFICE}/", data | {"confirme": digest})
    listing_changed.disconnect(listener)
    assert answer.status_code == 302
    weekly = office.opening_rules.filter(valid_until=None)
    assert [(rule.weekday, rule.start.hour, rule.end.hour) for rule in weekly] == [(0, 9, 12), (3, 14, 19)]
    assert office.opening_rules.count() == 3
    assert office.pk in told
    assert 'value="14:00"' in client.get(f"{OFFICE}/").content.decode()


def test_the_effect_counts_the_times_a_client_gains_and_the_appointments_outside(client: Client, office) -> None:
    office.opening_rules.all().delete()
    every = {f"d{day}": ("09:00", "12:00") for day in range(7)}
    save(client, week(office, **every))
    inside = AppointmentFactory(practitioner=office, starts_at=_at(9, days=5))
    # One hour more every day: two more starts of a session of an hour, every half hour, for 28 days.
    page, _digest = look(client, week(office, **{f"d{day}": ("09:00", "13:00") for day in range(7)}))
    more = re.search(r"(\d+) horaires en plus", page)
    assert more
    assert 2 * 27 <= int(more[1]) <= 2 * 28
    assert "hors horaires" not in page
    page, _digest = look(client, week(office, **{f"d{day}": ("10:00", "12:00") for day in range(7)}))
    assert "1 rendez-vous hors horaires est conservé" in page
    assert f"/rendez-vous/{inside.reference}/" in page
    page, _digest = look(client, week(office, **every))
    assert "restent les mêmes" in page


def _at(hour: int, *, days: int) -> dt.datetime:
    """An instant at that hour in Paris, so many days ahead."""
    day = today() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo("Europe/Paris")).astimezone(dt.UTC)


def test_what_was_changed_after_it_was_shown_is_shown_again(client: Client, office) -> None:
    _page, digest = look(client, week(office, d0=("09:00", "12:00")))
    other = week(office, d0=("09:00", "18:00"))
    answer = client.post(f"{OFFICE}/", other | {"confirme": digest})
    assert answer.status_code == 200
    assert 'name="confirme"' in answer.content.decode()
    assert office.opening_rules.count() == 7


def test_every_other_week_is_saved_from_its_monday_and_said_in_words(client: Client, office) -> None:
    wednesday = today() + dt.timedelta(days=(2 - today().weekday()) % 7 + 7)
    data = week(office, d1=("09:00", "12:00", "alt", wednesday.isoformat()))
    page, _digest = look(client, data)
    monday = wednesday - dt.timedelta(days=2)
    assert "Ouvert\u00a0: semaine du " in page
    save(client, data)
    rule = office.opening_rules.get()
    assert (rule.parity, rule.valid_from) == ("alt", monday)
    page = client.get(f"{OFFICE}/").content.decode()
    assert f'value="{monday}"' in page
    assert ", puis du " in page


@pytest.mark.parametrize("since", ["", "hier", "0001-01-01", "9999-12-31", "1" * 5000])
def test_every_other_week_needs_a_date(client: Client, office, since: str) -> None:
    answer = client.post(f"{OFFICE}/", week(office, d1=("09:00", "12:00", "alt", since)))
    assert answer.status_code == 422
    assert office.opening_rules.count() == 7


def test_two_alternate_ranges_may_take_turns_but_not_meet(client: Client, office) -> None:
    place = office.places.get()
    first = today() + dt.timedelta(days=7)
    data = week(office, d1=("09:00", "12:00", "alt", first.isoformat()))
    second = {"d1r1-start": "09:00", "d1r1-end": "13:00", "d1r1-where": f"p{place.pk}", "d1r1-parity": "alt"}
    met = client.post(f"{OFFICE}/", data | second | {"d1r1-since": (first + dt.timedelta(days=14)).isoformat()})
    assert met.status_code == 422
    turns = client.post(f"{OFFICE}/", data | second | {"d1r1-since": (first + dt.timedelta(days=7)).isoformat()})
    assert turns.status_code == 200


def test_monday_is_copied_on_the_days_ticked_before_anything_is_saved(client: Client, office) -> None:
    data = week(office, d0=("09:00", "12:00"), d5=("10:00", "11:00")) | {"copier": "1", "copie": ["1", "2", "9", "x"]}
    page = client.post(f"{OFFICE}/", data).content.decode()
    assert "Le lundi est copié" in page
    assert len(re.findall(r'name="d[012]r0-start" value="09:00"', page)) == 3
    assert 'name="d5r0-start" value="10:00"' in page
    assert office.opening_rules.count() == 7


@pytest.mark.parametrize("bad", [("12:00", "09:00"), ("09:00", ""), ("", "12:00"), ("9 h du matin", "12:00"), ("x" * 9999, "1"),
                                 ("😀", "‮12:00")])  # fmt: skip
def test_a_range_that_makes_no_sense_keeps_what_was_typed(client: Client, office, bad: tuple[str, str]) -> None:
    answer = client.post(f"{OFFICE}/", week(office, d0=bad, d1=("08:15", "11:45")))
    assert answer.status_code == 422
    assert 'value="08:15"' in answer.content.decode()
    assert office.opening_rules.count() == 7


def test_a_range_of_another_place(client: Client, office) -> None:
    foreign = PractitionerFactory().places.get()
    for where in (f"p{foreign.pk}", f"p{foreign.pk}v", "x", "", "p99999999999999999999"):
        data = week(office, d0=("09:00", "12:00")) | {"d0r0-where": where}
        assert client.post(f"{OFFICE}/", data).status_code == (200 if where == "" else 422)


def test_two_ranges_that_overlap(client: Client, office) -> None:
    place = office.places.get()
    data = week(office, d0=("09:00", "12:00"))
    data |= {"d0r1-start": "11:00", "d0r1-end": "13:00", "d0r1-where": f"p{place.pk}", "d0r1-parity": "all"}
    assert client.post(f"{OFFICE}/", data).status_code == 422


def test_every_way_to_meet_of_a_range_survives_the_form(client: Client, office) -> None:
    """A place that is open for video and home too is shown and sent back as such."""
    office.opening_rules.all().delete()
    place = office.places.get()
    OpeningRuleFactory(practitioner=office, modes=["cabinet", "domicile", "visio"])
    OpeningRuleFactory(practitioner=office, modes=["domicile"], place=None, weekday=2)
    page = client.get(f"{OFFICE}/").content.decode()
    assert f'<option value="p{place.pk}vd" selected>' in page
    data = week(office, d0=("09:00", "18:00"), d2=("09:00", "18:00")) | {
        "d0r0-where": f"p{place.pk}vd", "d2r0-where": "d",
    }  # fmt: skip
    save(client, data)
    assert [sorted(rule.modes) for rule in office.opening_rules.order_by("weekday")] == [
        ["cabinet", "domicile", "visio"],
        ["domicile"],
    ]


class TestClosures:
    def test_they_say_what_they_keep_and_are_removed_by_their_owner_only(self, client: Client, office) -> None:
        row = AppointmentFactory(practitioner=office)
        day = row.starts_at.date().isoformat()
        data = {"fermeture-first_day": day, "fermeture-note": "Formation"}
        page = client.post(f"{OFFICE}/fermetures/", data, follow=True).content.decode()
        assert "1 rendez-vous est conservé" in page
        assert row.reference in page
        foreign = Closure.objects.create(practitioner=PractitionerFactory(), first_day=day, last_day=day)
        client.post(f"{OFFICE}/exceptions/fermeture/{foreign.pk}/retirer/")
        assert Closure.objects.count() == 2
        client.post(f"{OFFICE}/exceptions/fermeture/{office.closures.get().pk}/retirer/")
        assert list(Closure.objects.all()) == [foreign]

    def test_a_part_of_a_day_at_one_place_keeps_only_what_it_meets(self, office) -> None:
        other = PracticePlace.objects.get(pk=office.places.get().pk)
        other.pk, other.position, other._state.adding = None, 1, True
        other.save()
        there = AppointmentFactory(practitioner=office, place=other, starts_at=_at(10, days=4))
        AppointmentFactory(practitioner=office, starts_at=_at(12, days=4))
        later = AppointmentFactory(practitioner=office, place=other, starts_at=_at(15, days=4))
        day = today() + dt.timedelta(days=4)
        closure = Closure.objects.create(
            practitioner=office, first_day=day, last_day=day, start=dt.time(8), end=dt.time(11), place=other
        )
        assert [row.pk for row in appointments_within(closure)] == [there.pk]
        closure.start = closure.end = None
        assert [row.pk for row in appointments_within(closure)] == [there.pk, later.pk]

    @pytest.mark.parametrize(
        "bad",
        [
            {"first_day": "x"},
            {"first_day": ""},
            {"first_day": "9999-12-31"},
            {"first_day": "2020-01-01"},
            {"start": "10:00"},
            {"start": "12:00", "end": "10:00"},
            {"last_day": "2020-01-01"},
            {"note": "x" * 10_000},
        ],
    )
    def test_one_that_makes_no_sense_keeps_what_was_typed(self, client: Client, office, bad: dict[str, str]) -> None:
        data = {"first_day": (today() + dt.timedelta(days=9)).isoformat(), "note": "Mon congé"} | bad
        answer = client.post(f"{OFFICE}/fermetures/", {f"fermeture-{name}": value for name, value in data.items()})
        assert answer.status_code == 422
        assert "note" in bad or "Mon congé" in answer.content.decode()
        assert not office.closures.exists()

    def test_the_place_of_somebody_else_cannot_be_closed(self, client: Client, office) -> None:
        second = PracticePlace.objects.get(pk=office.places.get().pk)
        second.pk, second._state.adding = None, True
        second.save()
        foreign = PractitionerFactory().places.get()
        data = {"fermeture-first_day": (today() + dt.timedelta(days=9)).isoformat(), "fermeture-place": foreign.pk}
        assert client.post(f"{OFFICE}/fermetures/", data).status_code == 422

    def test_a_day_opened_once_stands_in_the_same_list(self, client: Client, office) -> None:
        day = today() + dt.timedelta(days=12)
        data = {"day": day.isoformat(), "start": "19:00", "end": "21:00", "where": f"p{office.places.get().pk}"}
        client.post(f"{OFFICE}/ouvertures/", {f"ouverture-{name}": value for name, value in data.items()})
        rule = office.opening_rules.get(valid_until=day)
        page = client.get(f"{OFFICE}/").content.decode()
        assert "19:00–21:00" in page
        client.post(f"{OFFICE}/exceptions/ouverture/{rule.pk}/retirer/")
        assert office.opening_rules.filter(valid_until=None).count() == office.opening_rules.count() == 7
        assert client.post(f"{OFFICE}/exceptions/lune/{rule.pk}/retirer/").status_code == 404


class TestSettings:
    def send(self, client: Client, **changed: str) -> Any:
        data = SETTINGS | changed
        return client.post(f"{OFFICE}/reglages/", {f"reglages-{name}": value for name, value in data.items()})

    def test_they_are_saved(self, client: Client, office) -> None:
        assert self.send(client).status_code == 302
        saved = BookingSettings.objects.get(practitioner=office)
        assert saved.cancellation_tiers == [{"hours_before": 48, "percent": 100}, {"hours_before": 24, "percent": 50}]
        assert (saved.move_hours, saved.most_moves, saved.daily_maximum) == (48, 1, 6)

    def test_a_scale_of_ones_own(self, client: Client, office) -> None:
        lines = {"tier0_hours": "72", "tier0_percent": "100", "tier1_hours": "12", "tier1_percent": "30"}
        assert self.send(client, policy="own", **lines).status_code == 302
        saved = BookingSettings.objects.get(practitioner=office)
        assert saved.cancellation_tiers == [{"hours_before": 72, "percent": 100}, {"hours_before": 12, "percent": 30}]
        page = client.get(f"{OFFICE}/").content.decode()
        assert 'name="reglages-tier1_percent" value="30"' in page

    @pytest.mark.parametrize(
        "bad",
        [
            {"horizon_days": "9999"},
            {"horizon_days": "0"},
            {"daily_maximum": "0"},
            {"daily_maximum": "9" * 400},
            {"most_moves": "-1"},
            {"move_hours": "lune"},
            {"policy": "own"},
            {"policy": "own", "tier0_hours": "12", "tier0_percent": "50", "tier1_hours": "24", "tier1_percent": "20"},
            {"policy": "own", "tier0_hours": "12"},
            {"policy": "own", "tier0_hours": "12", "tier0_percent": "101"},
            {"minimum_notice_minutes": "😀"},
        ],
    )
    def test_what_cannot_be_is_refused(self, client: Client, office, bad: dict[str, str]) -> None:
        answer = self.send(client, **bad)
        assert answer.status_code == 422
        assert not BookingSettings.objects.filter(practitioner=office).exists()

    def test_the_road_between_places_is_asked_when_there_are_two_and_is_the_same_both_ways(
        self, client: Client, office
    ) -> None:
        assert "Trajets entre vos lieux" not in client.get(f"{OFFICE}/").content.decode()
        first = office.places.get()
        second = PracticePlace.objects.get(pk=first.pk)
        second.pk, second.position, second._state.adding = None, 1, True
        second.save()
        name = f"road_{first.pk}_{second.pk}"
        assert name in client.get(f"{OFFICE}/").content.decode()
        self.send(client, **{name: "25"})
        self.send(client, **{name: "35"})
        road = TravelTime.objects.get(practitioner=office)
        assert (road.first_place_id, road.second_place_id, road.minutes) == (first.pk, second.pk, 35)
        assert self.send(client, **{name: "481"}).status_code == 422
        self.send(client, **{name: ""})
        assert not TravelTime.objects.exists()


class TestPreview:
    def page(self, client: Client, query: str = "") -> str:
        answer = client.get(f"{OFFICE}/apercu/{query}")
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_it_shows_the_times_of_the_week_and_why_one_is_not_there(self, client: Client, office) -> None:
        service = office.services.get()
        day = today() + dt.timedelta(days=8)
        monday = day - dt.timedelta(days=day.weekday())
        AppointmentFactory(practitioner=office, starts_at=_at(14, days=8))
        query = f"?service={service.pk}&semaine={day}&jour={day.weekday()}&heure="
        assert "09:30</span>" in self.page(client, query)
        page = self.page(client, query + "14:00")
        assert "pas proposé" in page
        assert "15:00" in page
        offered = self.page(client, query + "10:00")
        assert "is-offered" in offered
        closed = self.page(client, query + "20:00")
        assert "is-missing" in closed
        assert f'value="{monday}"' in page

    def test_the_answer_is_that_of_the_page_of_times(self, client: Client, office) -> None:
        """Every time shown is said to be offered, every other half hour is not."""
        service, moment = office.services.get(), now()
        day = today() + dt.timedelta(days=8)
        AppointmentFactory(practitioner=office, starts_at=_at(11, days=8))
        free = slots.free_slots(practitioner=office, service=service, first_day=day, last_day=day, now=moment)[day]
        shown = {slot.start for slot in free.slots}
        for half in range(16, 40):
            start = _at(0, days=8) + dt.timedelta(minutes=30 * half)
            found = slots.explain(practitioner=office, service=service, start=start, now=moment)
            assert found.offered == (start in shown)
            assert found.sentences

    @pytest.mark.parametrize(
        "query",
        ["?service=x&semaine=hier&heure=midi", "?semaine=9999-12-31", "?semaine=0001-01-01&heure=25:99", "?jour=9&heure=10:00",
         "?heure=😀&semaine=😀&service=😀", "?heure=" + "1" * 5000, "?heure=14h", "?jour=²&heure=²", "?heure=10:00%2B02:00"],
    )  # fmt: skip
    def test_nonsense_is_said_to_be(self, client: Client, office, query: str) -> None:
        self.page(client, query)

    def test_without_a_session_there_is_nothing_to_show(self, client: Client, office) -> None:
        office.services.update(archived_at=now())
        assert "Aucune séance" in self.page(client) or "Ajouter une séance" in self.page(client)


def test_a_nul_is_refused_whatever_the_form(client: Client, office) -> None:
    for path in ("", "fermetures/", "ouvertures/", "reglages/", "vacances/"):
        assert client.post(f"{OFFICE}/{path}", {"fermeture-note": "\x00", "zone": "\x00"}).status_code == 400
    assert client.get(f"{OFFICE}/apercu/?heure=%00").status_code == 400


def test_the_page_asks_little_of_the_database(client: Client, office, django_assert_max_num_queries) -> None:
    for number in range(12):
        day = today() + dt.timedelta(days=number)
        Closure.objects.create(practitioner=office, first_day=day, last_day=day)
        AppointmentFactory(practitioner=office, starts_at=_at(9, days=number + 1))
    with django_assert_max_num_queries(45):
        client.get(f"{OFFICE}/")
