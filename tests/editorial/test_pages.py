"""What a visitor sees of the editorial pages, and what crawlers are told."""

import pytest
from django.template.loader import render_to_string

from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


def test_home_opens_with_its_promise_and_one_search(client):
    make.tree()
    html = client.get("/").content.decode()
    assert html.count("<h1") == 1
    assert 'action="/recherche/"' in html
    assert 'name="lieu"' in html


def test_a_page_says_its_address_and_description(client, settings):
    page = make.theme_page(introduction="Des nuits plus calmes.", search_description="Comprendre le sommeil.")
    html = client.get(page.url).content.decode()
    assert f'<link rel="canonical" href="{settings.BASE_URL}/thematiques/sommeil/">' in html
    assert '<meta property="og:type" content="article">' in html
    assert 'name="description" content="Comprendre le sommeil."' in html


def test_the_index_lists_published_themes_only(client):
    make.theme_page()
    make.theme_page(theme=make.theme("Stress", "stress"), live=False)
    html = client.get("/thematiques/").content.decode()
    assert "/thematiques/sommeil/" in html
    assert "/thematiques/stress/" not in html


def test_articles_are_paged_and_an_odd_page_number_is_harmless(client):
    for _ in range(13):
        make.article()
    assert client.get("/articles/?page=2").content.decode().count("article-item") == 1
    for number in ("0", "-1", "999", "abc", "1" * 400):
        assert client.get("/articles/", {"page": number}).status_code == 200


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "commune:99999", "Saint-Denis", "<script>", "région:", "'; --"])
def test_any_place_typed_on_a_theme_gives_a_page(client, typed):
    page = make.theme_page()
    response = client.get(page.url, {"lieu": typed})
    assert response.status_code == 200
    assert '<script>"' not in response.content.decode()


def test_an_unknown_town_in_the_address_is_not_found(client):
    page = make.theme_page()
    assert client.get(f"{page.url}nulle-part/").status_code == 404


def test_robots_keeps_private_parts_closed_and_names_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()
    for closed in ("/compte/", "/rendez-vous/", "/cms/"):
        assert f"Disallow: {closed}\n" in text
    assert "/sitemap.xml" in text


def test_the_sitemap_lists_live_pages(client):
    page = make.theme_page()
    draft = make.theme_page(theme=make.theme("Stress", "stress"), live=False)
    assert "/sitemap-pages.xml" in client.get("/sitemap.xml").content.decode()
    text = client.get("/sitemap-pages.xml").content.decode()
    assert page.full_url in text
    assert "/thematiques/stress/" not in text
    assert draft.pk


def test_an_unknown_address_is_answered_calmly_with_a_search(client):
    response = client.get("/il-n-y-a-rien-ici/")
    assert response.status_code == 404
    assert 'action="/recherche/"' in response.content.decode()


def test_the_page_of_a_fault_needs_no_database(django_db_blocker):
    with django_db_blocker.block():
        assert "<h1>" in render_to_string("500.html")


def test_a_form_that_expired_says_what_to_do(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/compte/deconnexion/")
    assert response.status_code == 403
    assert "formulaire" in response.content.decode().lower()
