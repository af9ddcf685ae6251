"""The agenda's page: what each view shows, what it asks of the database, what it prints, and nothing of anybody else."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from booking.models import CalendarConnection, Closure, ExternalBusy, ExternalCalendar, GroupSession, Status
from common.clock import now
from practitioners.models import Practitioner, Service
from tests.factories.booking import AppointmentFactory, HeldFactory, OpeningRuleFactory, bookable_practitioner
from tests.factories.places import CommuneFactory, DepartmentFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
AGENDA = "/espace-praticien/agenda/"
PARIS = ZoneInfo("Europe/Paris")
TUESDAY = dt.date(2027, 6, 1)
MORNING = dt.datetime(2027, 5, 31, 8, tzinfo=dt.UTC)
ASSETS = Path(__file__).resolve().parents[2] / "site" / "assets"


@pytest.fixture(autouse=True)
def on_the_day_before():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def office(client: Client, login_as) -> Practitioner:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def at(hour: int, minute: int = 0, day: dt.date = TUESDAY, zone: ZoneInfo = PARIS) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), zone)


def page(client: Client, view: str, day: dt.date = TUESDAY, **more: str) -> str:
    answer = client.get(AGENDA, {"vue": view, "jour": day.isoformat(), **more})
    assert answer.status_code == 200
    return answer.content.decode()


def connection(practitioner: Practitioner, **fields: object) -> CalendarConnection:
    values = {"label": "Google", "host": "google.com", "secret": "x", "created_at": now(), "kind": "google"}
    return CalendarConnection.objects.create(practitioner=practitioner, **values | fields)


def elsewhere(practitioner: Practitioner, start: dt.datetime, end: dt.datetime, **fields: object) -> ExternalBusy:
    link = connection(practitioner)
    calendar = ExternalCalendar.objects.create(connection=link)
    return ExternalBusy.objects.create(
        practitioner=practitioner, connection=link, calendar=calendar, uid="u", starts_at=start, ends_at=end, **fields
    )


# What is there


@pytest.mark.parametrize("view", ["jour", "semaine", "mois", "liste"])
def test_each_view_shows_the_appointment_and_never_anothers(client: Client, office: Practitioner, view: str) -> None:
    mine = AppointmentFactory(practitioner=office, starts_at=at(14, 30))
    AppointmentFactory(starts_at=at(14, 30), contact_last_name="Ailleurs")
    shown = page(client, view)
    assert "Léa Bernard" in shown
    assert "14:30" in shown
    assert "Ailleurs" not in shown
    if view != "mois":
        assert f"/rendez-vous/{mine.reference}/" in shown
        assert f"/rendez-vous/{mine.reference}/deplacer/" in shown
        assert "Confirmé" in shown


def test_a_group_is_one_block_with_its_seats(client: Client, office: Practitioner) -> None:
    service = office.services.get()
    Service.objects.filter(pk=service.pk).update(seats=8)
    start, end = at(18), at(19, 30)
    group = GroupSession.objects.create(
        practitioner=office, service=service, mode="cabinet", starts_at=start, ends_at=end, busy_start=start,
        busy_end=end, timezone="Europe/Paris", seats=8, place=office.places.first(),
    )  # fmt: skip
    for number in range(4):
        AppointmentFactory(
            practitioner=office, group=group, starts_at=start, minutes=90, contact_last_name=f"N{number}"
        )
    shown = page(client, "jour")
    assert "4/8 places" in shown
    assert shown.count('id="groupe-') == 1
    assert "rdv-" not in shown


def test_times_of_ones_own_closures_and_other_calendars_are_told_apart_by_words(
    client: Client, office: Practitioner
) -> None:
    Closure.objects.create(
        practitioner=office, kind="block", first_day=TUESDAY, last_day=TUESDAY, start=dt.time(12), end=dt.time(13), note="Déjeuner"
    )  # fmt: skip
    Closure.objects.create(practitioner=office, first_day=TUESDAY, last_day=TUESDAY, start=dt.time(16), end=dt.time(17))
    elsewhere(office, at(9), at(10))
    shown = page(client, "jour")
    assert "Déjeuner" in shown
    assert "temps personnel" in shown
    assert "Occupé (Google)" in shown
    assert "dans un autre agenda" in shown
    assert ">fermé<" in shown


def test_the_title_of_an_event_elsewhere_is_shown_only_when_it_was_kept(client: Client, office: Practitioner) -> None:
    elsewhere(office, at(9), at(10), summary="Dentiste")
    assert "Dentiste (Google)" in page(client, "jour")


def test_a_time_being_booked_is_there_without_a_name(client: Client, office: Practitioner) -> None:
    HeldFactory(practitioner=office, starts_at=at(10), contact_last_name="Secret")
    HeldFactory(practitioner=office, starts_at=at(15), hold_expires_at=now() - dt.timedelta(minutes=1), holder_key="b")
    shown = page(client, "jour")
    assert shown.count('item-title">Réservation en cours') == 1
    assert "Secret" not in shown


def test_gaps_are_said_and_lead_to_a_new_appointment(client: Client, office: Practitioner) -> None:
    AppointmentFactory(practitioner=office, starts_at=at(14))
    shown = page(client, "jour")
    assert "Libre 09:00–14:00" in shown
    assert "Libre 15:00–18:00" in shown
    assert "?jour=2027-06-01&amp;heure=15:00" in shown


def test_alternating_weeks_and_the_closure_of_one_place_change_the_hours_drawn(client: Client, login_as) -> None:
    practitioner = PractitionerFactory()
    login_as(practitioner.user)
    OpeningRuleFactory(practitioner=practitioner, weekday=1, parity="alt", valid_from=TUESDAY)
    assert 'class="open' in page(client, "jour")
    assert 'class="open' not in page(client, "jour", TUESDAY + dt.timedelta(weeks=1))
    assert 'class="open' in page(client, "jour", TUESDAY + dt.timedelta(weeks=2))
    Closure.objects.create(
        practitioner=practitioner, place=practitioner.places.first(), first_day=TUESDAY, last_day=TUESDAY
    )
    assert 'class="open' not in page(client, "jour")


def test_practices_differ_by_colour_and_the_legend_names_them(client: Client, office: Practitioner) -> None:
    first = office.services.get()
    second = Service.objects.create(
        practitioner=office, practice=first.practice, name="Suivi", duration_minutes=45, price_cents=5000, position=5
    )
    AppointmentFactory(practitioner=office, starts_at=at(9), service=first)
    AppointmentFactory(practitioner=office, starts_at=at(11), service=second)
    shown = page(client, "jour")
    legend = shown[shown.index('class="legend"') :]
    assert "tint-lagon" in legend
    assert "tint-prune" in legend
    assert f">{second.name}</li>" in legend


def test_what_is_to_do_stands_above_the_agenda(client: Client, office: Practitioner) -> None:
    for number in range(5):
        AppointmentFactory(
            practitioner=office,
            starts_at=at(9 + number),
            status=Status.REQUESTED,
            answer_by=now() + dt.timedelta(hours=5),
            contact_last_name=f"Demande{number}",
        )
    connection(office, state="failing", last_success_at=now() - dt.timedelta(hours=2))
    shown = page(client, "mois", TUESDAY + dt.timedelta(days=90))
    assert all(f"Demande{number}" in shown for number in range(5))
    assert "Les 5 demandes à traiter" in shown
    assert "Google non lu depuis lun.\u00a031\u00a0mai à\u00a008:00" in shown


def test_a_month_counts_and_a_list_is_never_empty_without_a_word(client: Client, office: Practitioner) -> None:
    for hour in (9, 11, 14, 16):
        AppointmentFactory(practitioner=office, starts_at=at(hour))
    month = page(client, "mois")
    assert re.search(r"month-count\">4<span[^>]*> rdv", month)
    assert "Rien dans ces quatre semaines." in page(client, "liste", dt.date(2028, 1, 1))


# Odd days and far zones


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2027, 3, 28), 23), (dt.date(2027, 10, 31), 25)])
def test_the_days_of_23_and_25_hours_are_drawn_whole(
    client: Client, office: Practitioner, day: dt.date, hours: int
) -> None:
    elsewhere(office, at(0, 0, day), at(0, 0, day + dt.timedelta(days=1)))
    shown = page(client, "jour", day)
    assert f'data-rows="{hours * 12}"' in shown
    assert f"r1 s{hours * 12} " in shown
    labels = re.findall(r'axis-hour">(\d\d:00)', shown)
    assert labels.count("02:00") == hours - 23


def test_reunion_is_drawn_on_its_own_clock(client: Client, login_as) -> None:
    practitioner, _service = bookable_practitioner()
    department = DepartmentFactory(code="974", name="La Réunion", slug="la-reunion", folded="la reunion")
    practitioner.places.update(commune=CommuneFactory(insee="97411", name="Saint-Denis", department=department))
    login_as(practitioner.user)
    AppointmentFactory(
        practitioner=practitioner, starts_at=at(9, zone=ZoneInfo("Indian/Reunion")), timezone="Indian/Reunion"
    )
    shown = page(client, "jour")
    assert "09:00–10:00" in shown
    assert 'data-zone="Indian/Reunion"' in shown


# What it asks, and of whom


@pytest.mark.parametrize("view", ["mois", "liste", "semaine"])
def test_a_month_of_200_appointments_asks_no_more_than_an_empty_one(
    client: Client, office: Practitioner, view: str, django_assert_max_num_queries
) -> None:
    for number in range(200):
        day = dt.date(2027, 6, 1) + dt.timedelta(days=number // 7)
        AppointmentFactory(
            practitioner=office,
            starts_at=at(9 + number % 7, 0, day),
            minutes=50,
            client__email=f"client{number}@exemple.fr",
        )
    with django_assert_max_num_queries(29):
        shown = page(client, view)
    assert "Léa Bernard" in shown


def test_only_practitioners_open_any_of_it(client: Client, login_as) -> None:
    for path in ("", "rendez-vous/", "clients/", "blocages/"):
        assert client.get(AGENDA + path).status_code == 302
    login_as("client")
    for path in ("", "rendez-vous/", "clients/", "blocages/"):
        assert client.get(AGENDA + path).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["vue=annee", "jour=9999-99-99", "jour=" + "1" * 5000, "vue=jour&jour=2199-12-31", "vue=mois&jour=2001-01-01",
     "vue=%F0%9F%98%80", "vue=liste&jour=2027-02-30", "vue=jour&forme=rond&imprimer", "jour=%E2%80%AE2027-06-01"],
)  # fmt: skip
def test_nonsense_in_the_address_is_an_agenda_all_the_same(client: Client, office: Practitioner, query: str) -> None:
    assert client.get(f"{AGENDA}?{query}").status_code == 200


# Printed


def test_a_printed_day_has_times_names_phones_and_room_for_notes_and_nothing_else(
    client: Client, office: Practitioner
) -> None:
    AppointmentFactory(practitioner=office, starts_at=at(14, 30), contact_phone="+33612345678")
    HeldFactory(practitioner=office, starts_at=at(10))
    sheet = page(client, "jour", imprimer="1")
    assert "14:30–15:30" in sheet
    assert "06\u00a012\u00a034\u00a056\u00a078" in sheet
    assert "sheet-notes" in sheet
    assert "Réservation en cours" not in sheet
    assert "<nav" not in sheet
    assert "Mes rendez-vous" not in sheet


# What the page weighs


def test_the_scripts_of_the_page_weigh_less_than_100_kilobytes() -> None:
    import django_htmx

    htmx = next(Path(django_htmx.__file__).parent.rglob("htmx-2.min.js"))
    own = [*(ASSETS / "js").glob("*.js"), *(ASSETS / "js" / "agenda").glob("*.js")]
    assert any(path.name == "pointer.js" for path in own)
    assert sum(path.stat().st_size for path in [htmx, *own]) < 100 * 1024


def test_every_row_and_length_of_the_longest_day_has_its_class() -> None:
    grid = (ASSETS / "css" / "pages" / "agenda-grid.css").read_text(encoding="utf-8")
    rows, spans = (set(map(int, re.findall(rf"\.{letter}(\d+)\{{", grid))) for letter in "rs")
    assert rows >= set(range(1, 25 * 12 + 2))
    assert spans >= set(range(1, 25 * 12 + 1))
    lanes = set(re.findall(r"\.(l\dof\d)\{", grid))
    assert lanes >= {f"l{lane}of{lanes}" for lanes in range(1, 5) for lane in range(lanes)}
