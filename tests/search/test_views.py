"""The pages of the search, without JavaScript."""

import datetime as dt
import re

import pytest
import time_machine

from booking.models import OpeningRule
from practitioners.models import Practice, Practitioner
from search.actions import entries, pages
from search.models import RankingPrior
from tests.factories.practitioners import PracticeFactory, ThemeFactory, root_of_site

pytestmark = pytest.mark.django_db


def open_every_day(practitioner: Practitioner) -> None:
    place = practitioner.places.first()
    for weekday in range(7):
        OpeningRule.objects.create(
            practitioner=practitioner,
            place=place,
            modes=["cabinet"],
            weekday=weekday,
            start=dt.time(9),
            end=dt.time(18),
        )
    entries.refresh(practitioner.pk)


@pytest.fixture
def sophrologie(db: None) -> Practice:
    return PracticeFactory(name="Sophrologie", slug="sophrologie", noun="sophrologue", summary="Respirer et relâcher.")


@time_machine.travel("2026-11-25 06:00:00+00:00")  # early: the first of three days still has its four times
def test_results_show_cards_with_times_that_can_be_taken(client, listed, sophrologie):
    person = listed(slug="claire-morel", first_name="Claire", last_name="Morel", practices=[sophrologie])
    open_every_day(person)
    page = client.get("/recherche/", {"q": "sophrologie", "lieu": "Lyon"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "1 praticien" in html or "1 practitioner" in html
    assert 'href="/praticiens/claire-morel/"' in html
    assert 'action="/rendez-vous/reserver/"' in html
    assert f'name="service" value="{person.services.get().pk}"' in html
    assert html.count('name="start"') == 12
    assert "/recherche/classement/" in html
    assert '<meta name="robots" content="noindex' in html


def test_the_bare_page_may_be_indexed(client, listed):
    html = client.get("/recherche/").content.decode()
    assert "noindex" not in html
    assert 'rel="canonical"' in html


def test_an_ambiguous_town_is_a_choice_that_keeps_the_rest(client, france):
    html = client.get("/recherche/", {"q": "sophrologie", "lieu": "saint denis"}).content.decode()
    assert "/recherche/?q=sophrologie&amp;lieu=commune:97411" in html
    assert "/recherche/?q=sophrologie&amp;lieu=commune:93066" in html


def test_an_unknown_place_proposes_the_closest_names(client, france):
    html = client.get("/recherche/", {"lieu": "Lyonxyz"}).content.decode()
    assert "lieu=commune:69123" in html
    assert "Lyonxyz" in html


def test_unknown_values_are_ignored_and_said(client, listed):
    listed(slug="claire-morel")
    html = client.get("/recherche/", {"mode": "telepathie", "page": "zero"}).content.decode()
    assert "telepathie" in html
    assert "/praticiens/claire-morel/" in html


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "0"}, {"page": "-3"}, {"page": "9" * 50}, {"page": "99"}, {"q": "a" * 10_000}, {"lieu": "b" * 10_000}, {"q": "'\"<script>"},
        {"q": "*:*"}, {"lieu": "commune:"}, {"lieu": "🙂"}, {"q": "\u202e"}, {"disponible": "2026-99-99"}, {"autour": "a,b"}, {"tri": "distance"},
    ],
)  # fmt: skip
def test_odd_input_is_a_page(client, listed, parameters: dict[str, str]):
    listed()
    page = client.get("/recherche/", parameters)
    assert page.status_code == 200
    assert b"<script>'" not in page.content


def test_nul_is_a_bad_request(client, db):
    assert client.get("/recherche/?q=%00").status_code == 400


def test_nobody_there_shows_the_nearest_and_other_ways(client, listed, sophrologie):
    listed("42218", slug="marc-petit", practices=[sophrologie])
    html = client.get("/recherche/", {"q": "sophrologie", "lieu": "commune:69123"}).content.decode()
    assert "/praticiens/marc-petit/" in html, "the nearest is shown"
    assert "/recherche/?q=sophrologie" in html, "searching everywhere is offered"


def test_a_page_past_the_end_leads_back(client, listed):
    listed()
    html = client.get("/recherche/", {"page": "7"}).content.decode()
    assert client.get("/recherche/", {"page": "7"}).status_code == 200
    assert "result-name" not in html


def test_filters_are_links_that_can_be_removed(client, listed):
    listed(languages=["en"])
    html = client.get("/recherche/", {"langue": "en", "q": "lyon"}).content.decode()
    assert 'class="chip chip-on chip-filter" href="/recherche/?q=lyon"' in html
    assert 'id="langue-en" name="langue" value="en" checked' in html


def test_other_orders_are_links_where_they_mean_something(client, listed):
    listed(), listed()
    html = client.get("/recherche/", {"lieu": "commune:69123", "mode": "telepathie"}).content.decode()
    assert 'href="/recherche/?lieu=commune:69123&amp;tri=distance"' in html
    assert "tri=distance" not in client.get("/recherche/").content.decode()


def test_twenty_results_take_as_many_queries_as_two(client, listed, django_assert_max_num_queries):
    for _n in range(4):
        open_every_day(listed(themes=[ThemeFactory()]))
    client.get("/recherche/")
    # Those of one answer, of each other distance, of the filters’ names, of the centres, and of all the agendas at once.
    with django_assert_max_num_queries(27):
        client.get("/recherche/", {"lieu": "commune:69123", "q": "lyon"})


def test_the_ranking_page_tells_the_rule_and_the_dated_mean(client, db):
    RankingPrior.objects.create(day=dt.date(2026, 11, 21), mean_milli=4420, reviews=600)
    html = client.get("/recherche/classement/").content.decode()
    assert html.count("<li><strong>") == 5
    assert "600" in html
    assert "21" in html
    assert "4,42" in html


def test_a_published_page_is_offered_above_the_results_until_withdrawn(client, listed):
    listed()
    home = root_of_site()
    home.title = "Mieux dormir"
    pages.refresh(home, kind="theme", summary="Le sommeil, pas à pas", url="/thematiques/sommeil/")
    assert "/thematiques/sommeil/" in client.get("/recherche/", {"q": "sommeil"}).content.decode()
    assert client.get("/api/v1/suggest/", {"q": "mieux dorm"}).json()["groups"][0]["kind"] == "page"
    home.live = False
    pages.refresh(home)
    assert "/thematiques/sommeil/" not in client.get("/recherche/", {"q": "sommeil"}).content.decode()


def test_readiness_tells_of_the_search(client, db):
    assert client.get("/readyz").json()["search"] == "ok"


def test_a_form_without_a_script_is_led_to_the_clean_address(client, listed):
    listed()
    answer = client.get(
        "/recherche/", {"q": "yoga", "lieu": "", "disponible": "date", "jour": "2026-12-01", "mode": ""}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/recherche/?q=yoga&disponible=2026-12-01"


def test_corrected_words_are_told_with_the_way_back(client, listed, sophrologie):
    listed(slug="claire-morel", practices=[sophrologie])
    html = client.get("/recherche/", {"q": "sofrologie"}).content.decode()
    assert "Aucun résultat pour «\u00a0sofrologie\u00a0»\u00a0: voici ceux de «\u00a0sophrologie\u00a0»" in html
    assert "/praticiens/claire-morel/" in html
    assert 'href="/recherche/?q=sofrologie&amp;exact=1"' in html
    back = client.get("/recherche/", {"q": "sofrologie", "exact": "1"}).content.decode()
    assert "/praticiens/claire-morel/" not in back
    assert 'href="/recherche/?q=sofrologie"' in back


def test_near_me_asks_where_that_is(client, listed, sophrologie):
    listed(practices=[sophrologie])
    html = client.get("/recherche/", {"q": "sophrologie près de moi"}).content.decode()
    assert "Près de vous" in html
    assert "data-around" in html
    found = client.get("/recherche/", {"q": "sophrologie près de moi", "autour": "45.76,4.83"}).content.decode()
    assert "Près de vous" not in found
    assert re.search(r'class="nowrap">\d+,\d\u00a0km<', found), "close by, the distance is told to a hundred metres"


def test_a_place_of_the_words_that_several_bear_is_a_choice_too(client, france, sophrologie):
    html = client.get("/recherche/", {"q": "sophrologie saint-denis"}).content.decode()
    assert "/recherche/?q=sophrologie&amp;lieu=commune:97411" in html
    assert "Saint-Denis (93)" in html


def test_nobody_at_these_dates_says_so_and_offers_others(client, listed, sophrologie):
    listed(practices=[sophrologie])
    html = client.get("/recherche/", {"q": "sophrologie", "lieu": "Lyon", "disponible": "aujourdhui"}).content.decode()
    assert "Aucun horaire libre" in html
    assert 'href="/recherche/?q=sophrologie&amp;lieu=commune:69123"' in html


def test_a_page_past_the_end_leads_to_the_last_one(client, listed):
    listed()
    html = client.get("/recherche/", {"q": "lyon", "page": "7"}).content.decode()
    assert 'href="/recherche/?q=lyon"' in html
    assert "noindex" in html


@pytest.mark.parametrize("name", ["q", "lieu", "autour", "rayon", "bbox", "pratique", "theme", "mode", "disponible", "jour", "moment", "prix_max",
                                  "prix", "note_min", "langue", "paiement", "acces", "tri", "page", "exact"])  # fmt: skip
def test_no_parameter_breaks_the_page(client, france, name: str):
    for value in ("é" * 10_000, "🙂", "\u202eabc", "'\"<b>;--", "*:*", "-1e309", "9" * 400, "%s%%d"):
        answer = client.get("/recherche/", {name: value}, follow=True)
        assert answer.status_code == 200, value[:20]
        assert "<b>" not in answer.content.decode(), value[:20]


def test_nobody_in_a_place_is_said_of_that_place(client, listed, sophrologie):
    """In a sentence, with the preposition of the place; far away, a decimal is not told."""
    listed(practices=[sophrologie])
    html = client.get("/recherche/", {"q": "sophrologie", "lieu": "Paris"}).content.decode()
    assert "Aucun praticien à Paris ne correspond à cette recherche." in html
    assert re.search(r'class="nowrap">\d{2,3}\u00a0km<', html)
