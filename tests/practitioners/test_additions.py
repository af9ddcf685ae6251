"""Places and practices that a practitioner adds alone (R3)."""

import threading

import pytest
from django.db import connections
from django.urls import reverse

from practitioners.actions import additions, applications
from practitioners.models import ApplicationItem, PracticePlace, Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import PracticeFactory, PractitionerFactory

pytestmark = pytest.mark.django_db
PLACE = {"street": "12 rue des Capucins", "postal_code": "98961", "access": "Au fond de la cour.", "step_free": "on"}


@pytest.fixture
def lena():
    CommuneFactory(insee="99381", name="Lyon 1er", postal_codes=["98961"], latitude=45.77, longitude=4.83)
    CommuneFactory(insee="99001", name="Bellefont", postal_codes=["98962"], population=900)
    CommuneFactory(insee="99002", name="Montclair", postal_codes=["98962"], population=300)
    return PractitionerFactory()


def test_a_place_is_added_with_the_town_of_its_postal_code(lena, as_user):
    client, before = as_user(lena.user), lena.places.count()
    assert client.post(reverse("office_place_new"), PLACE).status_code == 302
    place = lena.places.latest("pk")
    assert lena.places.count() == before + 1
    assert (place.commune_id, place.access, place.step_free) == ("99381", "Au fond de la cour.", True)
    assert (place.latitude, place.longitude) == (place.commune.latitude, place.commune.longitude)
    assert "12 rue des Capucins" in client.get(reverse("office_facts")).content.decode()


def test_where_towns_share_a_code_one_is_chosen(lena, as_user):
    client, typed = as_user(lena.user), PLACE | {"postal_code": "98 962"}
    answer = client.post(reverse("office_place_new"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.index("Bellefont") < page.index("Montclair")
    assert client.post(reverse("office_place_new"), typed | {"commune": "99381"}).status_code == 422
    assert client.post(reverse("office_place_new"), typed | {"commune": "99002"}).status_code == 302
    assert lena.places.latest("pk").commune.name == "Montclair"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"postal_code": "6900"}, "code postal à 5 chiffres"),
        ({"postal_code": "98999"}, "Nous ne connaissons pas ce code postal"),
        ({"postal_code": "lyon"}, "code postal à 5 chiffres"),
        ({"street": ""}, "obligatoire"),
    ],
)
def test_a_wrong_address_is_told_and_kept(lena, as_user, wrong, said):
    before = lena.places.count()
    answer = as_user(lena.user).post(reverse("office_place_new"), PLACE | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "Au fond de la cour." in page
    assert lena.places.count() == before


def test_there_is_a_most_of_places(lena, monkeypatch, as_user):
    monkeypatch.setattr(additions, "MOST_PLACES", lena.places.count() + 1)
    client = as_user(lena.user)
    assert client.post(reverse("office_place_new"), PLACE).status_code == 302
    assert client.post(reverse("office_place_new"), PLACE).status_code == 409


def test_a_practice_added_later_waits_for_its_certificate(lena, as_user, client):
    other = PracticeFactory(name="Réflexologie", slug="reflexologie")
    assert lena.status == Practitioner.Status.LISTED
    answer = as_user(lena.user).post(reverse("office_practices"), {"practice": other.pk})
    item = lena.items.get(kind=ApplicationItem.Kind.CERTIFICATE, practice=other)
    assert answer["Location"] == reverse("office_item", args=[item.pk])
    assert item.status == ApplicationItem.Status.MISSING
    link = lena.practice_links.get(practice=other)
    assert link.certificate_checked_at is None
    lena.refresh_from_db()
    assert lena.status == Practitioner.Status.LISTED
    assert any(other.name in label for label in applications.missing_items(lena))


@pytest.mark.parametrize("wrong", ["", "x", "0", "99999999999999999999"])
def test_a_practice_that_is_none_is_refused(lena, as_user, wrong):
    answer = as_user(lena.user).post(reverse("office_practices"), {"practice": wrong})
    assert answer.status_code == 422


def test_one_that_is_offered_already_is_not_in_the_list(lena, as_user):
    known = lena.practice_links.first() or additions.add_practice(practitioner=lena, practice=PracticeFactory())
    answer = as_user(lena.user).post(reverse("office_practices"), {"practice": known.practice_id})
    assert answer.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_presses_add_a_practice_once():
    lena, other = PractitionerFactory(), PracticeFactory(name="Réflexologie", slug="reflexologie")
    start, ends = threading.Barrier(2), []

    def press() -> None:
        try:
            start.wait(10)
            additions.add_practice(practitioner=lena, practice=other)
            ends.append("added")
        except additions.OfferedAlready:
            ends.append("known")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(ends) == ["added", "known"]


def test_only_practitioners_add(as_user):
    client = as_user(UserFactory())
    for name in ("office_place_new", "office_practices"):
        assert client.post(reverse(name), PLACE).status_code in {302, 403}
    assert not PracticePlace.objects.filter(street=PLACE["street"]).exists()
