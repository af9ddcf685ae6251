"""What is somebody else's does not exist: appointments, services, files, reviews, receipts; read or written, by any role."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from booking.models import Appointment, Closure
from common import clock
from legal.models import AcceptanceDetail
from practitioners.models import ApplicationItem, PracticePlace, Practitioner, Review, Service
from tests.factories.booking import HeldFactory
from tests.plugins.people import sign_in_fully

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_site")]

ROLES = ("client", "practitioner", "structure", "editor", "verification", "moderation", "legal", "operator")


@pytest.fixture
def enter(client: Client) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        if role != "anonymous":
            sign_in_fully(client, User.objects.get(email=f"{role}@demo.example"))
        return client

    return sign_in


def other() -> Practitioner:
    return (
        Practitioner.objects.listed()
        .exclude(user__email="practitioner@demo.example")
        .filter(services__isnull=False)
        .earliest("pk")
    )


def somebodys() -> Appointment:
    """Booked by another client, with another practitioner."""
    booked = Appointment.objects.filter(practitioner=other(), status="confirmed", starts_at__gt=clock.now())
    return booked.exclude(client__email="client@demo.example").earliest("starts_at")


APPOINTMENT = {
    "read": ("get", "/rendez-vous/{ref}/"),
    "its details": ("get", "/rendez-vous/{ref}/coordonnees/"),
    "its check": ("get", "/rendez-vous/{ref}/verifier/"),
    "its calendar file": ("get", "/rendez-vous/{ref}/rendez-vous.ics"),
    "its payment": ("get", "/rendez-vous/{ref}/paiement/"),
    "its cancellation": ("get", "/rendez-vous/{ref}/annuler/"),
    "cancel": ("post", "/rendez-vous/{ref}/annuler/"),
    "hold longer": ("post", "/rendez-vous/{ref}/prolonger/"),
    "release": ("post", "/rendez-vous/{ref}/liberer/"),
    "with a false key": ("get", "/rendez-vous/{ref}/acces/" + "A" * 43 + "/"),
}


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_the_appointment_of_another_does_not_exist(enter: Callable[[str], Client], role: str) -> None:
    client, appointment = enter(role), somebodys()
    found = {
        name: getattr(client, method)(path.format(ref=appointment.reference), {"amount": "0"}).status_code
        for name, (method, path) in APPOINTMENT.items()
    }
    assert found == dict.fromkeys(APPOINTMENT, 404)
    before = appointment.status
    appointment.refresh_from_db()
    assert appointment.status == before


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_a_time_that_another_visitor_holds_does_not_exist(enter: Callable[[str], Client], role: str) -> None:
    theirs = somebodys()
    appointment = HeldFactory(
        practitioner=theirs.practitioner, service=theirs.service, starts_at=clock.now() + dt.timedelta(days=500),
        holder_key="x" * 43, reference="SOMEBODYS1",
    )  # fmt: skip
    client = enter(role)
    for name, (method, path) in APPOINTMENT.items():
        assert getattr(client, method)(path.format(ref=appointment.reference)).status_code == 404, name


OFFICE = {
    "appointment": ("get", "rendez-vous/{ref}/"),
    "cancelling it": ("get", "rendez-vous/{ref}/annuler/"),
    "cancel it": ("post", "rendez-vous/{ref}/annuler/"),
    "accept it": ("post", "rendez-vous/{ref}/accepter/"),
    "refuse it": ("post", "rendez-vous/{ref}/refuser/"),
    "close it": ("post", "rendez-vous/{ref}/cloturer/"),
    "service": ("get", "seances/{service}/"),
    "change it": ("post", "seances/{service}/"),
    "withdraw it": ("post", "seances/{service}/retirer/"),
    "place": ("get", "mes-informations/lieux/{place}/"),
    "move it": ("post", "mes-informations/lieux/{place}/"),
    "item of the file": ("get", "dossier/{item}/"),
    "provide it": ("post", "dossier/{item}/"),
    "its document": ("get", "dossier/{item}/document/"),
    "answer a review": ("post", "avis/{review}/repondre/"),
}


@pytest.mark.parametrize(
    ("role", "status"), [("practitioner", 404), ("structure", 403), ("editor", 403), ("operator", 403), ("client", 403)]
)
def test_what_is_in_the_office_of_another_does_not_exist(
    enter: Callable[[str], Client], role: str, status: int
) -> None:
    owner = other()
    names = {
        "ref": somebodys().reference,
        "service": Service.objects.filter(practitioner=owner).earliest("pk").pk,
        "place": PracticePlace.objects.filter(practitioner=owner).earliest("pk").pk,
        "item": ApplicationItem.objects.filter(practitioner=owner).earliest("pk").pk,
        "review": Review.objects.published().filter(practitioner=owner, reply="").earliest("pk").pk,
    }
    client = enter(role)
    found = {
        name: getattr(client, method)(
            f"/espace-praticien/{path.format(**names)}", {"text": "Pris", "name": "Pris", "value": "Pris"}
        ).status_code
        for name, (method, path) in OFFICE.items()
    }
    assert found == dict.fromkeys(OFFICE, status)
    assert not Service.objects.filter(name="Pris").exists()
    assert Service.objects.get(pk=names["service"]).bookable
    assert Review.objects.get(pk=names["review"]).reply == ""
    assert somebodys().reference == names["ref"]


def test_a_closure_of_another_stays(enter: Callable[[str], Client]) -> None:
    day = clock.today()
    closure = Closure.objects.create(practitioner=other(), first_day=day, last_day=day)
    enter("practitioner").post(f"/espace-praticien/horaires/exceptions/fermeture/{closure.pk}/retirer/")
    assert Closure.objects.filter(pk=closure.pk).exists()


def test_hours_at_the_place_of_another_are_refused(enter: Callable[[str], Client]) -> None:
    place = PracticePlace.objects.filter(practitioner=other()).earliest("pk")
    wanted = {
        "ouverture-day": "2030-01-07",
        "ouverture-start": "09:00",
        "ouverture-end": "10:00",
        "ouverture-where": f"p{place.pk}",
    }
    assert enter("practitioner").post("/espace-praticien/horaires/ouvertures/", wanted).status_code == 422
    week = {"d0r0-start": "09:00", "d0r0-end": "10:00", "d0r0-where": f"p{place.pk}", "d0r0-parity": "all"}
    assert enter("practitioner").post("/espace-praticien/horaires/", week).status_code == 422


@pytest.mark.parametrize("role", [role for role in ROLES if role != "client"])
def test_the_receipt_of_another_does_not_exist(enter: Callable[[str], Client], role: str) -> None:
    detail = AcceptanceDetail.objects.filter(user__email="client@demo.example").earliest("pk")
    assert enter(role).get(f"/documents/recu/{detail.acceptance.sequence}/").status_code == 404
