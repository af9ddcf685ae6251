"""Structures as the public finds them: an establishment of a register until somebody claims it, its page from then on (N1)."""

import datetime as dt

import pytest
from django.test import Client

from practitioners.models import Structure
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import StructureFactory, structure_index

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 1)


def imported(name: str = "Espace du Parc", **facts: object) -> Structure:
    return StructureFactory(
        page=False, name=name, **{"source": "sirene", "imported_on": DAY, "activity": "8690F", **facts}
    )


@pytest.fixture(autouse=True)
def index():
    return structure_index()


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_an_imported_establishment_shows_its_source_its_date_and_a_way_out(client):
    one = imported(siret="90000001500016", phone="+33472000000")
    page = read(client, one.address)
    for said in (
        "Espace du Parc",
        "3 place du Marché",
        "Activités de santé humaine",
        "900\u00a0000\u00a0015",
        "04\u00a072",
        "2026",
    ):
        assert said in page
    assert 'href="/contact/"' in page
    assert 'href="/vos-droits/"' in page
    assert 'name="robots" content="noindex"' in page
    assert client.get(one.address)["X-Robots-Tag"] == "noindex"


def test_a_closed_one_is_gone_and_its_name_with_it(client):
    page = read(client, imported(closed_on=DAY).address, 410)
    assert "Espace du Parc" not in page
    assert "Lyon" in page


def test_a_claimed_one_leads_to_its_page(client):
    claimed = StructureFactory(source="sirene", imported_on=DAY)
    response = client.get(f"/centres/etablissement/{claimed.slug}/")
    assert (response.status_code, response["Location"]) == (301, claimed.page.url)
    claimed.page.unpublish()
    read(client, f"/centres/etablissement/{claimed.slug}/", 404)


def test_what_no_register_brought_has_no_such_address(client):
    read(client, f"/centres/etablissement/{StructureFactory(page=False).slug}/", 404)
    read(client, "/centres/etablissement/nulle-part/", 404)


def test_the_list_shows_pages_and_the_search_everybody(client):
    StructureFactory(name="Centre des Lilas")
    imported()
    closed = imported("Espace fermé", closed_on=DAY)
    page = read(client, "/centres/")
    assert "Centre des Lilas" in page
    assert "Espace du Parc" not in page
    found = read(client, "/centres/?q=espace")
    assert "Espace du Parc" in found
    assert "Centre des Lilas" not in found
    assert closed.name not in found
    assert "/centres/centre-des-lilas" in read(client, "/centres/?q=lil")


def test_a_town_is_its_arrondissements_too(client):
    CommuneFactory()
    third = CommuneFactory(
        insee="69383", name="Lyon 3e Arrondissement", slug="lyon-3", folded="lyon 3e arrondissement", population=1
    )
    elsewhere = CommuneFactory(insee="69266", name="Villeurbanne", slug="villeurbanne", population=160_000)
    imported(commune=third)
    imported("Espace d’à côté", commune=elsewhere)
    found = read(client, "/centres/?lieu=Lyon")
    assert "Espace du Parc" in found
    assert "Espace d’à côté" not in found
    both = read(client, "/centres/?q=espace&lieu=departement:69")
    assert "Espace du Parc" in both
    assert "Espace d’à côté" in both


def test_an_unknown_or_ambiguous_town_is_said(client):
    assert "Nullepart" in read(client, "/centres/?lieu=Nullepart")
    for insee in ("93066", "97411"):
        CommuneFactory(
            insee=insee, name="Saint-Denis", folded="saint denis", slug=f"saint-denis-{insee}", population=150_000
        )
    assert "lieu=commune:97411" in read(client, "/centres/?lieu=Saint-Denis&q=espace")


def test_signs_in_the_address_are_no_error(client):
    for typed in ("%25", "'", "_", "\\", "a" * 500):
        read(client, f"/centres/?q={typed}&lieu={typed}&page=x")


def test_many_centres_are_counted_no_further_than_pages_are_turned(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("practitioners.models.structure.MOST_COUNTED", 30)
    for n in range(40):
        imported(f"Espace {n}", slug=f"espace-{n}")
    read(client, "/centres/?q=espace")
    with django_assert_max_num_queries(16):
        first = read(client, "/centres/?q=espace")
    assert first.count('href="/centres/etablissement/') == 24
    assert "30" in first
    assert read(client, "/centres/?q=espace&page=9").count('href="/centres/etablissement/') == 6


def test_a_page_says_its_areas_and_its_numbers(client):
    centre = StructureFactory(finess="690900001", page__areas="Lyon\n\nVilleurbanne")
    page = read(client, f"/centres/{centre.slug}/")
    assert "<li>Villeurbanne</li>" in page
    assert "690900001" in page
