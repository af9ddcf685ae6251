"""Sessions in the office: in full, in an order, with variants; what a client sees of them, and what nobody sees."""

from typing import Any

import pytest
from django.test import Client

from booking.models import IntakeQuestion, IntakeSettings
from common.clock import now
from practitioners.models import Service
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
OFFICE = "/espace-praticien/seances"


@pytest.fixture
def office(client: Client, login_as: Any) -> Any:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def form(office: Any, **changed: str) -> dict[str, str]:
    return {
        "practice": str(office.practice_links.first().practice_id),
        "name": "Massage assis",
        "description": "",
        "mode": "cabinet",
        "duration_minutes": "30",
        "buffer_before_minutes": "5",
        "buffer_after_minutes": "10",
        "price_cents": "40",
        "payment": "none",
        "deposit_cents": "",
        "advance": "arrhes",
        "confirmation": "instant",
        "format": "individuelle",
        "audience": "tous",
        "bookable": "on",
    } | changed


def test_everything_is_kept(client: Client, office: Any) -> None:
    sent = form(office, audience="suivi", preparation="Venez à jeun.", internal_note="Salle 2", confirmation="request")
    assert client.post(f"{OFFICE}/nouvelle/", sent).status_code == 302
    saved = Service.objects.get(name="Massage assis")
    assert (saved.first_session, saved.follow_up, saved.seats, saved.preparation, saved.internal_note) == (
        False, True, 1, "Venez à jeun.", "Salle 2",
    )  # fmt: skip
    assert (saved.buffer_before_minutes, saved.confirmation) == (5, "request")
    page = client.get(f"{OFFICE}/{saved.pk}/").content.decode()
    assert 'value="suivi" id="id_audience_2" checked' in page.replace(" required", "")


def test_a_new_session_comes_last_and_the_order_is_ones_own(client: Client, office: Any) -> None:
    for name in ("Deux", "Trois"):
        client.post(f"{OFFICE}/nouvelle/", form(office, name=name))
    first, second, third = office.services.all()
    assert (second.name, third.name) == ("Deux", "Trois")
    client.post(f"{OFFICE}/{third.pk}/deplacer/", {"sens": "haut"})
    client.post(f"{OFFICE}/{third.pk}/deplacer/", {"sens": "haut"})
    client.post(f"{OFFICE}/{third.pk}/deplacer/", {"sens": "haut"})
    assert [row.pk for row in office.services.all()] == [third.pk, first.pk, second.pk]
    client.post(f"{OFFICE}/{third.pk}/deplacer/", {"sens": "bas"})
    assert [row.pk for row in office.services.all()] == [first.pk, third.pk, second.pk]


def test_a_group_has_seats_and_one_person_has_none(client: Client, office: Any) -> None:
    assert client.post(f"{OFFICE}/nouvelle/", form(office, format="groupe")).status_code == 422
    assert client.post(f"{OFFICE}/nouvelle/", form(office, format="groupe", seats="1")).status_code == 422
    assert client.post(f"{OFFICE}/nouvelle/", form(office, format="groupe", seats="101")).status_code == 422
    assert client.post(f"{OFFICE}/nouvelle/", form(office, format="groupe", seats="8")).status_code == 302
    group = Service.objects.get(seats=8)
    client.post(f"{OFFICE}/{group.pk}/", form(office, seats="8"))
    group.refresh_from_db()
    assert group.seats == 1


def test_a_session_at_home_says_how_far_and_that_holds_for_all(client: Client, office: Any) -> None:
    assert client.post(f"{OFFICE}/nouvelle/", form(office, mode="domicile")).status_code == 422
    sent = form(office, mode="domicile", home_radius_km="20")
    assert client.post(f"{OFFICE}/nouvelle/", sent).status_code == 302
    office.refresh_from_db()
    assert office.home_radius_km == 20
    assert client.post(f"{OFFICE}/nouvelle/", form(office, mode="domicile", home_radius_km="7")).status_code == 422
    # One that is not at home leaves it as it is.
    client.post(f"{OFFICE}/nouvelle/", form(office, name="Autre", home_radius_km="50"))
    office.refresh_from_db()
    assert office.home_radius_km == 20


def test_a_variant_copies_everything_but_what_was_changed(client: Client, office: Any) -> None:
    model = office.services.get()
    model.preparation, model.price_cents = "Tenue souple", 6000
    model.save()
    IntakeSettings.objects.create(service=model, asks_reason=True)
    IntakeQuestion.objects.create(practitioner=office, service=model, text="Un tapis ?")
    page = client.get(f"{OFFICE}/nouvelle/?modele={model.pk}").content.decode()
    assert "Tenue souple" in page
    assert Service.objects.filter(practitioner=office).count() == 1
    sent = form(office, name=model.name, duration_minutes="90", price_cents="85", preparation="Tenue souple")
    client.post(f"{OFFICE}/nouvelle/", sent | {"modele": str(model.pk)})
    variant = office.services.exclude(pk=model.pk).get()
    assert (variant.name, variant.duration_minutes, variant.price_cents) == (model.name, 90, 8500)
    assert variant.intake.asks_reason
    assert [question.text for question in variant.intake_questions.all()] == ["Un tapis ?"]
    model.refresh_from_db()
    assert (model.price_cents, model.intake_questions.count()) == (6000, 1)


@pytest.mark.parametrize("number", ["x", "0", "9" * 50, "²", ""])
def test_a_model_that_does_not_exist_is_an_empty_form(client: Client, office: Any, number: str) -> None:
    foreign = PractitionerFactory().services.get()
    assert client.get(f"{OFFICE}/nouvelle/?modele={number}").status_code == 200
    page = client.get(f"{OFFICE}/nouvelle/?modele={foreign.pk}").content.decode()
    assert "variante" not in page


def test_what_is_no_longer_offered_may_be_offered_again_by_its_owner(client: Client, office: Any) -> None:
    service = office.services.get()
    client.post(f"{OFFICE}/{service.pk}/retirer/")
    assert "1 séance retirée" in client.get(f"{OFFICE}/").content.decode()
    client.post(f"{OFFICE}/{service.pk}/reprendre/")
    service.refresh_from_db()
    assert service.archived_at is None
    foreign = PractitionerFactory().services.get()
    Service.objects.filter(pk=foreign.pk).update(archived_at=now())
    assert client.post(f"{OFFICE}/{foreign.pk}/reprendre/").status_code == 404
    assert client.post(f"{OFFICE}/{foreign.pk}/deplacer/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [{"preparation": "x" * 801}, {"internal_note": "x" * 10_000}, {"format": "lune"}, {"audience": "lune"}, {"seats": "9" * 99, "format": "groupe"},
     {"home_radius_km": "x", "mode": "domicile"}, {"duration_minutes": "9" * 99}, {"buffer_before_minutes": "-1"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_was_typed(client: Client, office: Any, bad: dict[str, str]) -> None:
    answer = client.post(f"{OFFICE}/nouvelle/", form(office) | bad)
    assert answer.status_code == 422
    assert 'value="Massage assis"' in answer.content.decode()
    assert office.services.count() == 1


def test_clients_read_how_to_prepare_once_booked_and_never_the_private_note(
    client: Client, office: Any, login_as: Any
) -> None:
    service = office.services.get()
    service.preparation, service.internal_note = "Venez en tenue souple", "Cliente difficile"
    service.save()
    row = AppointmentFactory(practitioner=office)
    login_as(row.client)
    page = client.get(f"/rendez-vous/{row.reference}/").content.decode()
    assert "Venez en tenue souple" in page
    for path in (f"/rendez-vous/{row.reference}/", f"/rendez-vous/avec/{office.slug}/horaires/?service={service.pk}"):
        assert "Cliente difficile" not in client.get(path).content.decode()


def test_the_list_asks_little_of_the_database(client: Client, office: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(15):
        client.post(f"{OFFICE}/nouvelle/", form(office, name=f"Séance {number}"))
    with django_assert_max_num_queries(25):
        client.get(f"{OFFICE}/")
