"""Whatever is sent, nobody gets a 500, nothing is booked by mistake and the words say why."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Status
from common.clock import now
from tests.booking.conftest import Visitor, free_start
from tests.factories.booking import AppointmentFactory, HeldFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
LONG = "x" * 10_000


@pytest.fixture
def held(visitor: Visitor, documents: None) -> Appointment:
    practitioner, service = bookable_practitioner()
    visitor.hold(practitioner, service, free_start(practitioner, service))
    return Appointment.objects.get()


def choice(**changed: Any) -> dict[str, Any]:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service).isoformat()
    return {"practitioner": practitioner.slug, "service": service.pk, "start": start} | changed


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"practitioner": "personne"}, 404),
        ({"practitioner": LONG}, 404),
        ({"practitioner": ""}, 404),
        ({"service": "0"}, 404),
        ({"service": "-1"}, 404),
        ({"service": "9" * 30}, 404),
        ({"service": LONG}, 404),
        ({"service": "١"}, 404),
        ({"start": ""}, 422),
        ({"start": "demain"}, 422),
        ({"start": LONG}, 422),
        ({"start": "2026-13-45T99:99"}, 422),
        ({"start": "2030-01-01T09:00:00"}, 422),
        ({"start": "0001-01-01T00:00:00+14:00"}, 422),
        ({"start": "9999-12-31T23:59:59-12:00"}, 422),
        ({"start": "1999-01-01T09:00:00+00:00"}, 422),
        ({"start": "9000-01-01T09:00:00+00:00"}, 409),
    ],
)
def test_a_choice_that_makes_no_sense(visitor: Visitor, changed: dict[str, str], status: int) -> None:
    answer = visitor.post("/rendez-vous/reserver/", choice(**changed))
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_time_that_is_not_offered(visitor: Visitor) -> None:
    practitioner, service = bookable_practitioner()
    odd = free_start(practitioner, service) + dt.timedelta(minutes=7)
    answer = visitor.hold(practitioner, service, odd)
    assert answer.status_code == 409
    assert answer.content.decode().count('name="start"') == 3


def test_a_service_of_somebody_else(visitor: Visitor) -> None:
    practitioner, service = bookable_practitioner()
    _other, foreign = bookable_practitioner()
    assert visitor.hold(practitioner, foreign, free_start(practitioner, service)).status_code == 404


@pytest.mark.parametrize("change", [{"bookable": False}, {"payment": "full"}, {"archived_at": "2026-01-01T00:00:00Z"}])
def test_a_service_that_cannot_be_booked(visitor: Visitor, change: dict[str, Any]) -> None:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service)
    type(service).objects.update(**change)
    assert visitor.hold(practitioner, service, start).status_code == 404


def test_nul_bytes(visitor: Visitor, held: Appointment) -> None:
    assert visitor.post("/rendez-vous/reserver/", choice(start="\x00")).status_code == 400
    path = f"/rendez-vous/{held.reference}/coordonnees/"
    assert visitor.post(path, {**visitor.details, "first_name": "a\x00b"}).status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "image/png"])
def test_wrong_content_types(visitor: Visitor, held: Appointment, kind: str) -> None:
    for path in (
        "/rendez-vous/reserver/",
        f"/rendez-vous/{held.reference}/coordonnees/",
        f"/rendez-vous/{held.reference}/verifier/",
    ):
        answer = visitor.client.generic("POST", path, b'{"a": [1', content_type=kind)
        assert answer.status_code in {302, 400, 404, 422}
    assert Appointment.objects.get().status == Status.HELD


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "phone", "whom", "attendee_first_name"])
def test_ten_thousand_characters(visitor: Visitor, held: Appointment, field: str) -> None:
    answer = visitor.post(f"/rendez-vous/{held.reference}/coordonnees/", {**visitor.details, field: LONG})
    assert answer.status_code == 422
    assert 'value="Bernard"' in answer.content.decode() or field == "last_name"


@pytest.mark.parametrize("cents", ["1", "-5", "", "abc", "6000", LONG, "99999999999999999999"])
def test_a_tampered_price(visitor: Visitor, held: Appointment, cents: str) -> None:
    """What is paid is never read from the request: an amount that is not ours is shown again."""
    visitor.post(f"/rendez-vous/{held.reference}/coordonnees/", visitor.details)
    answer = visitor.consent(f"/rendez-vous/{held.reference}/verifier/", shown_cents=cents)
    assert answer.status_code in {409, 422}
    held.refresh_from_db()
    assert (held.status, held.price_cents) == (Status.HELD, 6000)


@pytest.mark.parametrize("version", ["0", "-1", "999999999", "abc", ""])
def test_a_version_that_is_not_in_force(visitor: Visitor, held: Appointment, version: str) -> None:
    visitor.post(f"/rendez-vous/{held.reference}/coordonnees/", visitor.details)
    answer = visitor.consent(f"/rendez-vous/{held.reference}/verifier/", accept_cgu_version=version)
    assert answer.status_code in {409, 422}
    assert Appointment.objects.get().status == Status.HELD


@pytest.mark.parametrize("page", ["coordonnees", "verifier", "paiement", "annuler", "", "rendez-vous.ics", "acces/abc"])
def test_somebody_elses_booking_does_not_exist(another_visitor: Visitor, held: Appointment, page: str) -> None:
    path = f"/rendez-vous/{held.reference}/{page}" + ("" if not page or page.endswith("ics") else "/")
    assert another_visitor.get(path).status_code == 404


@pytest.mark.parametrize("page", ["prolonger", "liberer"])
def test_nor_can_it_be_changed(another_visitor: Visitor, held: Appointment, page: str) -> None:
    assert another_visitor.post(f"/rendez-vous/{held.reference}/{page}/").status_code == 404
    assert Appointment.objects.get().hold_extended is False


def test_unknown_references(visitor: Visitor) -> None:
    for reference in ("INCONNU", "x" * 300):
        assert visitor.get(f"/rendez-vous/{reference}/").status_code == 404
        assert visitor.get(f"/rendez-vous/{reference}/coordonnees/").status_code == 404


@pytest.mark.parametrize("amount", ["", "-1", "abc", "1", LONG])
def test_cancelling_for_another_amount(client: Client, login_as, amount: str) -> None:
    appointment = AppointmentFactory(client=login_as("client"))
    answer = client.post(f"/rendez-vous/{appointment.reference}/annuler/", {"amount": amount})
    assert answer.status_code == 409
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_cancelling_once_it_has_started(client: Client, login_as) -> None:
    appointment = AppointmentFactory(client=login_as("client"), starts_at=now() - dt.timedelta(minutes=5))
    assert client.post(f"/rendez-vous/{appointment.reference}/annuler/", {"amount": "0"}).status_code == 409
    assert "a commencé" in client.get(f"/rendez-vous/{appointment.reference}/annuler/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "service=abc",
        "service=0",
        f"service={LONG}",
        "service={pk}&du=hier",
        "service={pk}&du=9999-12-31",
        "service={pk}&du=0001-01-01",
    ],
)
def test_the_page_of_times(visitor: Visitor, query: str) -> None:
    practitioner, service = bookable_practitioner()
    answer = visitor.get(f"/rendez-vous/avec/{practitioner.slug}/horaires/?{query.format(pk=service.pk)}")
    assert answer.status_code == (200 if "{pk}" in query else 404)


def test_a_hold_is_of_its_session_even_for_a_client_who_is_signed_in(client: Client, login_as) -> None:
    hold = HeldFactory(client=login_as("client"))
    assert client.get(f"/rendez-vous/{hold.reference}/verifier/").status_code == 404
