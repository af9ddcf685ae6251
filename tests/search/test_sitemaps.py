"""The sitemap: an index of files; each address exists, shows somebody, and says when who is there changed."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from practitioners.models import Practice
from search.actions import entries, landings
from search.models import LandingIntro, LandingPage
from search.sitemaps import PracticeSitemap
from tests.factories.practitioners import PracticeFactory, PractitionerFactory, ThemeFactory, root_of_site

pytestmark = pytest.mark.django_db
NIGHT = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def sophrologie(france: object) -> Practice:
    root_of_site()
    return PracticeFactory(name="Sophrologie")


def files(client: Client) -> list[str]:
    return [path(found) for found in re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())]


def path(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address.replace("&amp;", "&"))


def addresses(client: Client, section: str = "pratiques") -> dict[str, str]:
    """Path → lastmod, over all the files of a section."""
    found: dict[str, str] = {}
    for file in files(client):
        if f"sitemap-{section}" in file:
            xml = client.get(file).content.decode()
            for block in re.findall(r"<url>(.*?)</url>", xml, re.S):
                found[path(re.search(r"<loc>(.*?)</loc>", block)[1])] = re.search(r"<lastmod>(.*?)</lastmod>", block)[1]  # type: ignore[index]
    return found


def test_the_index_leads_to_files_and_every_address_of_theirs_answers(client, listed, sophrologie):
    theme = ThemeFactory()
    listed(practices=[sophrologie, PracticeFactory(name="Hypnose", slug="hypnose", noun="x")], themes=[theme])
    listed("97411", practices=[sophrologie])
    PracticeFactory(name="Reiki", slug="reiki", noun="y")
    landings.refresh()
    assert files(client)[0].endswith("/sitemap-pages.xml")
    practices, themes = addresses(client), addresses(client, "thematiques")
    assert set(practices) == {
        "/pratiques/sophrologie/", "/pratiques/sophrologie/lyon/", "/pratiques/sophrologie/d-69/",
        "/pratiques/sophrologie/r-84/", "/pratiques/sophrologie/saint-denis-974/", "/pratiques/sophrologie/d-974/",
        "/pratiques/hypnose/", "/pratiques/hypnose/lyon/", "/pratiques/hypnose/d-69/", "/pratiques/hypnose/r-84/",
    }  # fmt: skip
    assert set(themes) == {f"/thematiques/{theme.slug}/{place}/" for place in ("lyon", "d-69", "r-84")}
    for address in [*practices, *themes]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert b'name="robots"' not in answer.content, address
    assert client.get("/sitemap-inconnu.xml").status_code == 404
    assert client.get("/sitemap-pratiques.xml?p=9").status_code == 404
    assert client.get("/sitemap-pratiques.xml?p=x").status_code == 404


def test_what_emptied_is_not_listed_even_before_the_table_knows(client, listed, sophrologie):
    one = listed()
    landings.refresh()
    assert "/pratiques/sophrologie/lyon/" in addresses(client)
    entries.remove(one.pk)
    assert not addresses(client)
    assert landings.refresh()[1] == 4
    assert not LandingPage.objects.exists()


def test_the_date_is_that_of_who_is_there_and_of_the_introduction(client, listed, sophrologie):
    one = listed()
    landings.refresh(NIGHT)
    day = dt.timedelta(days=1)
    assert landings.refresh(NIGHT + day) == (0, 0)
    assert addresses(client)["/pratiques/sophrologie/lyon/"] == "2026-11-20"
    entries.refresh(one.pk)
    other = listed()
    landings.refresh(NIGHT + day)
    assert addresses(client)["/pratiques/sophrologie/lyon/"] == "2026-11-21"
    entries.remove(other.pk)
    landings.refresh(NIGHT + 2 * day)
    assert addresses(client)["/pratiques/sophrologie/lyon/"] == "2026-11-22"
    intro = LandingIntro(
        practice=sophrologie, place="commune:69123", place_label="Lyon (69)", body="<p>x</p>", live=False
    )
    intro.save()
    intro.save_revision().publish()
    assert addresses(client)["/pratiques/sophrologie/lyon/"] == timezone.localdate(clock.now()).isoformat()
    assert addresses(client)["/pratiques/sophrologie/d-69/"] == "2026-11-22"


def test_many_pages_make_several_files_each_read_in_a_few_queries(
    client, listed, sophrologie, monkeypatch, django_assert_max_num_queries
):
    for insee in ("69123", "69266", "38544"):
        listed(insee)
    landings.refresh()
    monkeypatch.setattr(PracticeSitemap, "limit", 3)
    assert [file for file in files(client) if "pratiques" in file] == [
        "/sitemap-pratiques.xml", "/sitemap-pratiques.xml?p=2", "/sitemap-pratiques.xml?p=3",
    ]  # fmt: skip
    assert len(addresses(client)) == 7
    monkeypatch.setattr(PracticeSitemap, "limit", 5000)
    with django_assert_max_num_queries(14):
        client.get("/sitemap-pratiques.xml")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["69123", "69266", "75056", None])), min_size=1, max_size=8)
)
def test_the_table_says_what_the_index_says_after_any_changes(france, pool, changes):
    """A practitioner comes to a town or leaves; the table is each time what counting again gives."""
    people, practice = pool
    here: dict[int, str] = {}
    for one in people:
        entries.remove(one.pk)
    for number, insee in changes:
        one = people[number]
        if insee is None:
            entries.remove(one.pk)
            here.pop(one.pk, None)
        else:
            one.places.update(commune=france[insee], latitude=france[insee].latitude, longitude=france[insee].longitude)
            entries.refresh(one.pk)
            here[one.pk] = insee
        landings.refresh()
        found = LandingPage.objects.filter(kind="practice", subject_id=practice.pk)
        towns = {row.code: row.people for row in found if row.area == "commune"}
        assert towns == {insee: list(here.values()).count(insee) for insee in set(here.values())}
        assert sum(row.people for row in found if row.area == "france") == len(here)


@pytest.fixture
def pool(france) -> tuple[list, Practice]:
    practice = PracticeFactory(name="Sophrologie")
    return [PractitionerFactory(place=france["69123"], practices=[practice]) for _ in range(4)], practice
