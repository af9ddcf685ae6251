"""Landing pages: shown where there is somebody, moved where an address changed, gone where nobody is left, else not found."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.roles import Role
from common import clock
from places import canonical, lookup
from places.models import Commune, Department, Region
from practitioners.models import Practice, Theme
from search.actions import alerts as alert_actions
from search.actions import entries, landings
from search.actions.alert_consents import Circumstances
from search.alerts import parse
from search.models import FormerSlug, LandingIntro, LandingPage, SearchAlert
from tests.factories.editorial import theme_page
from tests.factories.practitioners import PracticeFactory, PractitionerFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sophrologie(france: object) -> Practice:
    return PracticeFactory(name="Sophrologie", summary="Respirer et relâcher.")


@pytest.fixture
def sommeil(france: object) -> Theme:
    return ThemeFactory(name="Sommeil")


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.content.decode())


def between(html: str, tag: str) -> str:
    found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", html, re.S)
    assert found
    return found[1]


def description(html: str) -> str:
    found = re.search(r'<meta name="description" content="(.*?)">', html)
    assert found
    return found[1]


def indexable(html: str) -> bool:
    return 'name="robots"' not in html


# Which answer


def test_each_kind_of_place_has_its_page_with_its_own_words(client, listed, sophrologie, france):
    Department.objects.filter(code="69").update(name="Rhône")
    Region.objects.filter(code="84").update(name="Auvergne-Rhône-Alpes")
    listed()
    titles, descriptions = set(), set()
    for place, words in (("lyon", "à Lyon"), ("d-69", "dans le Rhône"), ("r-84", "en Auvergne-Rhône-Alpes")):
        html = seen(client, f"/pratiques/sophrologie/{place}/")
        assert between(html, "h1") == f"Sophrologie {words}"
        assert f"Sophrologie {words}" in between(html, "title")
        assert f"Sophrologie {words}" in description(html)
        assert f'<link rel="canonical" href="{settings.BASE_URL}/pratiques/sophrologie/{place}/">' in html
        assert indexable(html)
        titles.add(between(html, "title"))
        descriptions.add(description(html))
    html = seen(client, "/pratiques/sophrologie/")
    assert "Respirer et relâcher." in html
    assert len(titles | {between(html, "title")}) == 4
    assert len(descriptions | {description(html)}) == 4


def test_unknown_is_404_nobody_is_410_and_both_help(client, listed, sophrologie):
    one = listed()
    landings.refresh()
    assert client.get("/pratiques/inconnue/").status_code == 404
    assert client.get("/pratiques/inconnue/lyon/").status_code == 404
    assert client.get("/pratiques/sophrologie/nullepart/").status_code == 404
    assert client.get("/thematiques/inconnu/lyon/").status_code == 404
    gone = client.get("/pratiques/sophrologie/saint-denis/")
    html = unescape(gone.content.decode())
    assert gone.status_code == 410
    assert not indexable(html)
    assert "/pratiques/sophrologie/lyon/" in html
    assert "/pratiques/sophrologie/" in html
    assert 'action="/recherche/alertes/"' in html
    entries.remove(one.pk)
    for path in ("/pratiques/sophrologie/", "/pratiques/sophrologie/lyon/", "/pratiques/sophrologie/d-69/"):
        assert client.get(path).status_code == 410, path


def test_the_alert_of_a_page_that_is_gone_can_be_asked_for(client, listed, sophrologie):
    html = client.get("/pratiques/sophrologie/saint-denis/").content.decode()
    query = unescape(re.search(r'name="query" value="(.*?)"', html)[1])  # type: ignore[index]
    client.post("/recherche/alertes/", {"query": query, "email": "lea@exemple.fr", "months": "3", "consent": "on"})
    assert SearchAlert.objects.get().query == query
    assert "pratique=sophrologie" in query


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/pratiques/sophrologue/lyon/", "/pratiques/sophrologie/lyon/"),
        ("/pratiques/relaxation-guidee/", "/pratiques/sophrologie/"),
        ("/pratiques/sophrologie/st-etienne/", "/pratiques/sophrologie/saint-etienne/"),
        ("/pratiques/sophrologie/lyon-69/", "/pratiques/sophrologie/lyon/"),
        ("/pratiques/sophrologie/d-75/", "/pratiques/sophrologie/paris/"),
        ("/pratiques/sophrologie/r-04/", "/pratiques/sophrologie/d-974/"),
        ("/pratiques/sophrologie/lyon/?page=1", "/pratiques/sophrologie/lyon/"),
    ],
)
def test_another_address_of_the_same_page_leads_to_it(client, listed, sophrologie, path, to):
    sophrologie.aliases = ["relaxation guidée"]
    sophrologie.save()
    listed()
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (301, to)


def test_an_arrondissement_is_its_town(client, listed, sophrologie, france):
    part = Commune.objects.create(
        insee="75111", name="Paris 11e Arrondissement", slug="paris-11e", folded="paris 11e arrondissement",
        postal_codes=["75011"], department_id="75", population=140_000, latitude=48.859, longitude=2.378,
    )  # fmt: skip
    entries.refresh(PractitionerFactory(place=part).pk)
    landings.refresh()
    assert client.get("/pratiques/sophrologie/paris-11e/")["Location"] == "/pratiques/sophrologie/paris/"
    assert indexable(seen(client, "/pratiques/sophrologie/paris/"))
    assert set(LandingPage.objects.filter(kind="practice").values_list("area", "code")) == {
        ("france", ""), ("commune", "75056"), ("region", "11"),
    }  # fmt: skip
    paris = canonical.canonical(lookup.of_commune(part))
    assert canonical.canonical(paris) == paris


def test_a_slug_that_changed_leads_to_the_new_one(client, listed, sophrologie):
    listed()
    sophrologie.slug = "sophro"
    sophrologie.save()
    assert client.get("/pratiques/sophrologie/lyon/")["Location"] == "/pratiques/sophro/lyon/"
    sophrologie.slug = "sophrologie"
    sophrologie.save()
    assert list(FormerSlug.objects.values_list("slug", flat=True)) == ["sophro"]
    PracticeFactory(name="Autre", slug="sophro", noun="x")
    assert not FormerSlug.objects.exists()


def test_a_filter_makes_it_a_search_and_a_tracker_does_not(client, listed, sophrologie):
    listed()
    answer = client.get("/pratiques/sophrologie/lyon/", {"mode": "visio", "utm_source": "x", "page": "2"})
    assert answer.status_code == 302
    assert answer["Location"] == "/recherche/?lieu=commune:69123&pratique=sophrologie&mode=visio"
    html = seen(client, "/pratiques/sophrologie/lyon/?utm_source=x")
    assert "utm_source" not in re.search(r'canonical" href="([^"]*)', html)[1]  # type: ignore[index]
    odd = client.get("/pratiques/sophrologie/lyon/", {"lieu": "paris", "prix_max": "☺\u202e"})
    assert odd.status_code == 302


def test_pages_after_the_first_are_not_indexed(client, listed, sophrologie, monkeypatch):
    for _ in range(21):
        listed()
    first, second = seen(client, "/pratiques/sophrologie/lyon/"), seen(client, "/pratiques/sophrologie/lyon/?page=2")
    assert indexable(first)
    assert not indexable(second)
    assert 'rel="canonical"' not in second
    assert "?page=2" in first
    beyond = client.get("/pratiques/sophrologie/lyon/?page=99")
    assert not indexable(beyond.content.decode())
    assert client.get("/pratiques/sophrologie/lyon/?page=%00x").status_code < 500


def test_a_commune_served_from_around_is_shown_and_not_indexed(client, listed, sophrologie):
    listed("69266")
    assert not indexable(seen(client, "/pratiques/sophrologie/lyon/"))
    assert indexable(seen(client, "/pratiques/sophrologie/villeurbanne/"))


# What it says


def test_the_introduction_is_made_of_facts(client, listed, sophrologie):
    for _ in range(19):
        listed()
    html = seen(client, "/pratiques/sophrologie/lyon/")
    said = html.split("landing-facts")[1].split("</p>")[0]
    assert "19" in said
    assert "60,00" not in said
    listed("69266")
    cache.clear()
    said = seen(client, "/pratiques/sophrologie/lyon/").split("landing-facts")[1].split("</p>")[0]
    assert "20" in said
    assert "60,00\u00a0€" in said


def test_what_editors_wrote_stands_above_the_facts_once_published(client, listed, sophrologie):
    listed()
    intro = LandingIntro(practice=sophrologie, place="Lyon", body="<p>La Croix-Rousse a ses habitudes.</p>")
    intro.full_clean()
    assert (intro.place, intro.place_label) == ("commune:69123", "Lyon (69)")
    intro.live = False
    intro.save()
    assert "Croix-Rousse" not in seen(client, "/pratiques/sophrologie/lyon/")
    intro.seo_title = "La sophrologie à Lyon, quartier par quartier"
    intro.save_revision().publish()
    html = seen(client, "/pratiques/sophrologie/lyon/")
    assert "La Croix-Rousse a ses habitudes." in html
    assert "quartier par quartier" in between(html, "title")
    assert "Croix-Rousse" not in seen(client, "/pratiques/sophrologie/")
    assert "Croix-Rousse" not in seen(client, "/pratiques/sophrologie/d-69/")


def test_an_introduction_is_of_one_page_and_one_page_has_one(sophrologie, sommeil):
    for wrong in (
        {"practice": sophrologie, "theme": sommeil, "place": "Lyon"},
        {"place": "Lyon"},
        {"theme": sommeil},
        {"practice": sophrologie, "place": "Saint-Denis"},
        {"practice": sophrologie, "place": "Nulle-Part-sur-Rien"},
    ):
        with pytest.raises(ValidationError):
            LandingIntro(body="<p>x</p>", **wrong).full_clean()
    LandingIntro(practice=sophrologie, place="", body="<p>x</p>").save()
    with pytest.raises(ValidationError):
        LandingIntro(practice=sophrologie, place="", body="<p>y</p>").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        LandingIntro(practice=sophrologie, place="", body="<p>y</p>").save()


def test_the_breadcrumb_is_also_told_to_machines(client, listed, sophrologie):
    listed()
    landings.refresh()
    html = seen(client, "/pratiques/sophrologie/lyon/")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])  # type: ignore[index]
    (trail,) = data["@graph"]
    assert trail["@type"] == "BreadcrumbList"
    names = [step["name"] for step in trail["itemListElement"]]
    assert names[-3:] == ["Sophrologie", "Rhône", "Lyon"]
    assert [step["position"] for step in trail["itemListElement"]] == list(range(1, len(names) + 1))
    assert '<a href="/pratiques/sophrologie/d-69/">Rhône</a>' in html


def test_neighbours_are_the_nearest_that_have_somebody(client, listed, sophrologie):
    for insee in ("69123", "69266", "38544", "42218", "75056"):
        listed(insee)
    landings.refresh()
    html = seen(client, "/pratiques/sophrologie/lyon/")
    towns = re.findall(r'href="/pratiques/sophrologie/([\w-]+)/"', html.split('id="villes"')[1].split("</nav>")[0])
    assert towns == ["villeurbanne", "vienne", "saint-etienne"]


def test_nothing_links_to_a_page_that_emptied_since_the_table_was_written(client, listed, sophrologie):
    listed()
    leaving = listed("38544")
    landings.refresh()
    assert "/pratiques/sophrologie/vienne/" in seen(client, "/pratiques/sophrologie/lyon/")
    entries.remove(leaving.pk)
    assert "/pratiques/sophrologie/vienne/" not in seen(client, "/pratiques/sophrologie/lyon/")


def test_a_page_costs_few_queries_however_many_practitioners(
    client, listed, sophrologie, django_assert_max_num_queries
):
    for _ in range(3):
        listed(themes=[ThemeFactory()])
    landings.refresh()
    client.get("/pratiques/sophrologie/lyon/")
    with django_assert_max_num_queries(45):
        client.get("/pratiques/sophrologie/lyon/")


# Themes


def test_a_theme_in_a_place_leads_to_its_article_and_the_article_is_not_repeated(client, listed, sommeil):
    page = theme_page(theme=sommeil, title="Mieux dormir", slug="mieux-dormir")
    listed(themes=[sommeil])
    landings.refresh()
    html = seen(client, "/thematiques/sommeil/lyon/")
    assert between(html, "h1") == "Sommeil à Lyon"
    assert page.url in html
    assert indexable(html)
    assert client.get("/thematiques/mieux-dormir/lyon/")["Location"] == "/thematiques/sommeil/lyon/"
    assert client.get("/thematiques/sommeil/saint-denis/").status_code == 410
    assert "/thematiques/sommeil/lyon/" in seen(client, "/pratiques/sophrologie/lyon/")


def test_a_theme_without_an_article_has_its_places_all_the_same(client, listed, sommeil):
    listed(themes=[sommeil])
    assert between(seen(client, "/thematiques/sommeil/lyon/"), "h1") == "Sommeil à Lyon"


# In the CMS


def test_editors_write_find_and_preview_introductions_and_see_only_a_number_of_alerts(
    client, login_as: Callable[..., Any], listed, sophrologie
):
    listed()
    login_as(Role.EDITOR)
    home = "/cms/snippets/search/landingintro/"
    made = client.post(
        f"{home}add/",
        {"practice": sophrologie.pk, "theme": "", "place": "Lyon (69)", "seo_title": "", "seo_description": "",
         "body": '{"blocks":[{"key":"a","text":"Pentes et quais.","type":"unstyled","depth":0,"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}',
         "action-publish": "1"},
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()[-2000:]
    assert LandingIntro.objects.get().place == "commune:69123"
    assert "Lyon (69)" in client.get(f"{home}?q=lyon").content.decode()
    assert "Lyon (69)" not in client.get(f"{home}?q=bordeaux").content.decode()
    assert "Pentes et quais." in client.get("/pratiques/sophrologie/lyon/").content.decode()
    alert_actions.ask(
        parsed=parse("q=hypnose"), label="hypnose", email="lea@exemple.fr", months=3, how=Circumstances(),
        now=clock.now(),
    )  # fmt: skip
    SearchAlert.objects.update(confirmed_at=clock.now())
    page = client.get("/cms/").content.decode()
    assert "lea@exemple.fr" not in page
    assert "<span>1</span>" in page


def test_a_draft_is_previewed_on_its_landing_page(listed, sophrologie, rf):
    listed()
    draft = LandingIntro(practice=sophrologie, place="Lyon", body="<p>Brouillon.</p>")
    answer = draft.make_preview_request(preview_mode="")
    assert "Brouillon." in answer.content.decode()
    assert "Respirer" not in LandingIntro(body="<p>x</p>").make_preview_request(preview_mode="").content.decode()


@pytest.mark.parametrize("slug", ["%00", "☺", "a" * 300, "l%27ha%C3%BF", "..", "-", "69", "commune:69123"])
def test_an_odd_address_is_not_an_error(client, listed, sophrologie, slug):
    listed()
    assert client.get(f"/pratiques/sophrologie/{slug}/").status_code in {301, 400, 404, 410}
    assert client.get(f"/pratiques/{slug}/lyon/").status_code in {301, 400, 404, 410}


def test_other_people_of_other_practices_do_not_make_a_page(client, listed, sophrologie):
    listed(practices=[PracticeFactory(name="Hypnose", noun="hypnothérapeute")])
    assert client.get("/pratiques/sophrologie/lyon/").status_code == 410
