"""A thematic page shows its practitioners as the search ranks them, near the place asked, and is itself findable at once."""

import datetime as dt
import re

import pytest

from common.clock import now
from search.actions import entries
from search.models import PageEntry, SearchEntry
from tests.factories import editorial as make
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def names_on(html: str) -> list[str]:
    return re.findall(r'class="result-name">.*?<a href="[^"]+">([^<]+)</a>', html)


@pytest.fixture
def sleep():
    return make.theme()


def listed(sleep, name: str, *, days_ago: int, **fields):
    practitioner = PractitionerFactory(
        last_name=name, themes=[sleep], listed_at=now() - dt.timedelta(days=days_ago), **fields
    )
    entries.refresh(practitioner.pk)
    return practitioner


def test_practitioners_come_in_the_contracts_order(client, sleep):
    listed(sleep, "Nouvelle", days_ago=10)
    listed(sleep, "Ancienne", days_ago=900)
    listed(sleep, "Partenaire", days_ago=5, partner_software=True)
    PractitionerFactory(last_name="Ailleurs")
    page = make.theme_page(theme=sleep)
    shown = names_on(client.get(page.url).content.decode())
    assert shown == ["Claire Partenaire", "Claire Ancienne", "Claire Nouvelle"]
    by_rank = SearchEntry.objects.filter(terms__contains=[f"t:{sleep.slug}"]).order_by("rank")
    assert shown == [entry.card["name"] for entry in by_rank]


def test_a_practitioner_who_is_not_listed_is_absent(client, sleep):
    PractitionerFactory(last_name="Candidate", themes=[sleep], applying=True)
    assert "Candidate" not in client.get(make.theme_page(theme=sleep).url).content.decode()


def test_a_place_keeps_those_who_are_near(client, sleep):
    listed(sleep, "Lyonnaise", days_ago=10)
    far = CommuneFactory(insee="13055", name="Marseille", postal_codes=["13001"], latitude=43.2965, longitude=5.3698)
    other = PractitionerFactory(last_name="Marseillaise", themes=[sleep], place=far)
    other.places.update(latitude=far.latitude, longitude=far.longitude)
    entries.refresh(other.pk)
    page = make.theme_page(theme=sleep)
    assert names_on(client.get(page.url, {"lieu": "commune:69123"}).content.decode()) == ["Claire Lyonnaise"]
    assert names_on(client.get(page.url, {"lieu": "Marseille"}).content.decode()) == ["Claire Marseillaise"]
    assert len(names_on(client.get(page.url).content.decode())) == 2


def test_a_town_has_its_own_address_which_is_not_indexed_when_empty(client, settings, sleep):
    lyon = CommuneFactory(insee="69123")
    listed(sleep, "Lyonnaise", days_ago=10, place=lyon)
    page = make.theme_page(theme=sleep)
    html = client.get(f"{page.url}{lyon.slug}/").content.decode()
    assert names_on(html) == ["Claire Lyonnaise"]
    assert "Sommeil à Lyon" in html
    assert f'<link rel="canonical" href="{settings.BASE_URL}{page.url}{lyon.slug}/">' in html
    assert 'content="noindex"' not in html
    empty = CommuneFactory(insee="29019", name="Brest", postal_codes=["29200"], latitude=48.39, longitude=-4.48)
    gone = client.get(f"{page.url}{empty.slug}/")
    assert gone.status_code == 410
    assert 'content="noindex, follow"' in gone.content.decode()


def test_an_unknown_place_is_said_and_the_list_stays(client, sleep):
    listed(sleep, "Lyonnaise", days_ago=10)
    html = client.get(make.theme_page(theme=sleep).url, {"lieu": "Xyzville"}).content.decode()
    assert "message-attention" in html
    assert 'value="Xyzville"' in html
    assert names_on(html) == ["Claire Lyonnaise"]


def test_a_published_page_is_searchable_with_its_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = make.theme_page(body=[make.answer("Préparer la nuit par la respiration.")])
    entry = PageEntry.objects.get(page_id=page.pk)
    assert entry.kind == "theme"
    assert entry.url == "/thematiques/sommeil/"
    assert any("respir" in term for term in entry.terms)


def test_a_withdrawn_page_leaves_the_search(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page, article = make.theme_page(), make.article()
        assert page.live
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
        article.delete()
    assert not PageEntry.objects.filter(page_id__in=[page.pk, article.pk]).exists()


def test_a_draft_is_not_searchable(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = make.theme_page(live=False)
        page.save_revision()
    assert not PageEntry.objects.filter(page_id=page.pk).exists()


def test_home_shows_counts_and_towns(client, sleep):
    from django.core.cache import cache

    cache.clear()
    make.tree()
    listed(sleep, "Lyonnaise", days_ago=10)
    html = client.get("/").content.decode()
    assert "/recherche/?pratique=sophrologie" in html
    assert "/recherche/?lieu=commune%3A69123" in html
