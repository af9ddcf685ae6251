"""Favourites: saved with a word, kept through a sign-in, told no more of whom is withdrawn."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from practitioners.models import Practitioner
from search.actions import entries, favourites
from search.favourites import saved_among
from search.models import Favourite
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def press(client: Client, practitioner: Practitioner, **fields: str):
    return client.post(f"/compte/favoris/{practitioner.pk}/", {"action": "save", **fields})


def test_the_button_saves_and_comes_back_to_where_it_was(client, login_as, listed):
    user, claire = login_as("client"), listed(slug="claire-morel", first_name="Claire", last_name="Morel")
    html = client.get("/recherche/?q=lyon").content.decode()
    assert f'action="/compte/favoris/{claire.pk}/"' in html
    assert 'name="next" value="/recherche/?q=lyon"' in html
    answer = press(client, claire, next="/recherche/?q=lyon")
    assert (answer.status_code, answer["Location"]) == (302, f"/recherche/?q=lyon#favori-{claire.pk}")
    assert Favourite.objects.get().user == user
    assert 'name="action" value="remove"' in client.get("/recherche/?q=lyon").content.decode()
    press(client, claire)
    assert Favourite.objects.count() == 1, "saved twice is saved once"
    press(client, claire, action="remove")
    assert not Favourite.objects.exists()


def test_the_list_shows_mine_and_nobody_else_s(client, login_as, listed):
    user, claire, marc = login_as("client"), listed(slug="claire-morel"), listed(slug="marc-petit")
    favourites.save(user=user, practitioner_id=claire.pk)
    favourites.save(user=UserFactory(), practitioner_id=marc.pk)
    html = client.get("/compte/favoris/").content.decode()
    assert "/praticiens/claire-morel/" in html
    assert "marc-petit" not in html
    assert 'aria-current="page"' in html


def test_an_empty_list_says_how_to_fill_it(client, login_as):
    login_as("client")
    html = client.get("/compte/favoris/").content.decode()
    assert "Aucun praticien enregistré" in html
    assert 'href="/recherche/"' in html


def test_the_list_of_a_stranger_is_closed(client, db):
    assert client.get("/compte/favoris/")["Location"].startswith("/compte/connexion/")


def test_a_visitor_signs_in_and_finds_it_saved(client, listed):
    claire, user = listed(first_name="Claire", last_name="Morel"), UserFactory(password="un mot de passe à moi")
    answer = press(client, claire, next="/recherche/?q=lyon")
    assert answer["Location"] == "/compte/connexion/?next=/recherche/%3Fq%3Dlyon"
    assert "Claire Morel" in client.get(answer["Location"]).content.decode()
    assert not Favourite.objects.exists()
    signed = client.post(answer["Location"], {"login": user.email, "password": "un mot de passe à moi"})
    assert signed["Location"] == "/recherche/?q=lyon"
    assert Favourite.objects.get().practitioner == claire
    assert "Claire Morel" in client.get("/recherche/?q=lyon").content.decode()
    client.logout()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert Favourite.objects.count() == 1, "it was asked for once"


def test_what_was_wanted_and_is_gone_meanwhile_does_not_stop_a_sign_in(client, listed):
    claire, user = listed(), UserFactory(password="un mot de passe à moi")
    press(client, claire)
    Practitioner.objects.filter(pk=claire.pk).update(status="suspended")
    signed = client.post("/compte/connexion/", {"login": user.email, "password": "un mot de passe à moi"})
    assert signed.status_code == 302
    assert not Favourite.objects.exists()


def test_a_get_saves_nothing(client, login_as, listed):
    login_as("client")
    assert client.get(f"/compte/favoris/{listed().pk}/").status_code == 405
    assert not Favourite.objects.exists()


@pytest.mark.parametrize(
    "next_", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "\\\\ailleurs", "é" * 3000, ""]
)
def test_no_form_leads_off_the_site(client, login_as, listed, next_: str):
    login_as("client")
    assert press(client, listed(), next=next_)["Location"].startswith("/compte/favoris/")


def test_without_a_full_page_the_button_alone_comes_back(client, login_as, listed):
    login_as("client")
    claire = listed(first_name="Claire", last_name="Morel")
    answer = client.post(
        f"/compte/favoris/{claire.pk}/", {"action": "save", "next": "/recherche/"}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<form") == 1
    assert "Claire Morel est dans vos favoris." in html
    assert f'id="favori-{claire.pk}"' in html


def test_a_visitor_without_a_full_page_is_sent_to_sign_in(client, listed):
    answer = client.post(f"/compte/favoris/{listed().pk}/", {"next": "/recherche/"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/compte/connexion/?next=/recherche/"


def test_of_who_is_withdrawn_nothing_is_told(client, login_as, listed):
    user, claire = login_as("client"), listed(slug="claire-morel", first_name="Claire", last_name="Morel")
    favourites.save(user=user, practitioner_id=claire.pk)
    Practitioner.objects.filter(pk=claire.pk).update(status="suspended")
    entries.remove(claire.pk)
    html = client.get("/compte/favoris/").content.decode()
    assert "n’est plus référencé" in html
    assert not re.search("Claire|Morel|claire-morel", html)
    press(client, claire, action="remove")
    assert not Favourite.objects.exists()


@pytest.mark.parametrize("number", [0, 10**6, 10**30])
def test_nobody_of_that_number(client, login_as, number: int):
    assert client.post(f"/compte/favoris/{number}/").status_code == 404
    login_as("client")
    assert client.post(f"/compte/favoris/{number}/").status_code == 404
    assert client.post(f"/compte/favoris/{number}/", {"action": "remove"}).status_code == 302


def test_there_is_a_limit_and_it_is_said(client, login_as, listed, monkeypatch):
    user = login_as("client")
    monkeypatch.setattr(favourites, "MOST", 1)
    favourites.save(user=user, practitioner_id=listed().pk)
    page = client.post(f"/compte/favoris/{listed().pk}/", {"next": "/recherche/"}, follow=True)
    assert "200 favoris" in page.content.decode()
    assert Favourite.objects.count() == 1


def test_the_database_keeps_one_each(listed):
    user, claire = UserFactory(), listed()
    favourites.save(user=user, practitioner_id=claire.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Favourite.objects.create(user=user, practitioner=claire, created_at=user.date_joined)
    user.delete()
    assert not Favourite.objects.exists(), "an account that is closed takes its favourites with it"
    assert Practitioner.objects.filter(pk=claire.pk).exists()


def test_the_profile_has_the_button_and_an_unlisted_one_has_not(client, login_as, listed):
    user, claire = login_as("client"), listed()
    html = client.get(claire.page.url).content.decode()
    assert f'id="favori-{claire.pk}" name="action" value="save"' in html
    favourites.save(user=user, practitioner_id=claire.pk)
    assert f'id="favori-{claire.pk}" name="action" value="remove"' in client.get(claire.page.url).content.decode()


def test_more_favourites_take_no_more_queries(client, login_as, listed, django_assert_max_num_queries):
    user = login_as("client")
    for _n in range(6):
        favourites.save(user=user, practitioner_id=listed().pk)
    client.get("/compte/favoris/")
    with django_assert_max_num_queries(16):
        client.get("/compte/favoris/")


def test_saved_marks_cost_one_query(client, login_as, listed, django_assert_num_queries):
    user: User = login_as("client")
    ids = [listed().pk for _n in range(3)]
    with django_assert_num_queries(1):
        assert saved_among(user, ids) == set()
