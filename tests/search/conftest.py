"""A small country and a way to put practitioners in it, indexed."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from places.models import Commune, Department, Region
from practitioners.models import Practitioner
from search import elastic, engines, indices
from search.actions import entries
from search.engines import resilient, vitals
from tests.factories.practitioners import PractitionerFactory
from tests.search.fake_elasticsearch import serving

TOWNS = {
    # insee: name, département, région, latitude, longitude, population, postal code
    "69123": ("Lyon", "69", "84", 45.7677, 4.8354, 519127, "69003"),
    "69266": ("Villeurbanne", "69", "84", 45.7719, 4.8902, 160000, "69100"),
    "38544": ("Vienne", "38", "84", 45.5258, 4.8742, 30000, "38200"),
    "42218": ("Saint-Étienne", "42", "84", 45.4339, 4.3897, 173000, "42000"),
    "75056": ("Paris", "75", "11", 48.8566, 2.3429, 2103778, "75011"),
    "97411": ("Saint-Denis", "974", "04", -20.8790, 55.4486, 155634, "97400"),
    "93066": ("Saint-Denis", "93", "11", 48.9362, 2.3574, 150000, "93200"),
}
AREAS = {"69": "Rhône", "38": "Isère", "42": "Loire", "75": "Paris", "974": "La Réunion", "93": "Seine-Saint-Denis"}
REGIONS = {"84": "Auvergne-Rhône-Alpes", "11": "Île-de-France", "04": "La Réunion"}


@pytest.fixture
def france(db: None) -> dict[str, Commune]:
    """Seven towns in six départements, one of them overseas, by INSEE code."""
    from common.text import fold

    for code, name in REGIONS.items():
        Region.objects.update_or_create(code=code, defaults={"name": name, "slug": f"r-{code}", "folded": fold(name)})
    for code, name in AREAS.items():
        region = next(row[2] for row in TOWNS.values() if row[1] == code)
        Department.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "slug": f"d-{code}",
                "folded": fold(name),
                "region_id": region,
                "population": 1_000_000,
            },
        )
    for insee, (name, department, _region, latitude, longitude, population, postal) in TOWNS.items():
        values = {
            "name": name, "slug": fold(name).replace(" ", "-") + ("-974" if department == "974" else ""), "folded": fold(name),
            "postal_codes": [postal], "department_id": department, "population": population, "latitude": latitude, "longitude": longitude,
        }  # fmt: skip
        Commune.objects.update_or_create(insee=insee, defaults=values)
    return {commune.insee: commune for commune in Commune.objects.filter(pk__in=TOWNS)}


@pytest.fixture
def listed(france: dict[str, Commune]) -> Callable[..., Practitioner]:
    """`listed(insee="69123", …)` makes a listed practitioner there and indexes it."""

    def make(insee: str = "69123", **kwargs: Any) -> Practitioner:
        practitioner = PractitionerFactory(place=france[insee], **kwargs)
        assert entries.refresh(practitioner.pk)
        return practitioner

    return make


@pytest.fixture
def elasticsearch(
    requires_elasticsearch: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elasticsearch]:
    """The site configured with a real node and indexes of its own, none of which exists yet. Time is not short here."""
    monkeypatch.setattr(elastic, "QUESTION_SECONDS", 10)
    monkeypatch.setattr(resilient, "QUESTION_SECONDS", 10)
    monkeypatch.setattr(vitals, "COUNT_SECONDS", 10)
    elastic._client.cache_clear()
    settings.ELASTICSEARCH_URL = requires_elasticsearch
    settings.ELASTICSEARCH_INDEX = f"test-{secrets.token_hex(4)}"
    client = elastic.keeper()
    engines._guarded.cache_clear()
    yield client
    engines._guarded.cache_clear()
    indices.drop(client, list(client.indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*").body))
    client.close()
    elastic._client.cache_clear()


@pytest.fixture
def fake(settings: Any) -> Iterator[Any]:
    """A server that says of itself that all is well, while no question is answered properly."""
    with serving() as server:
        elastic._client.cache_clear()
        engines._guarded.cache_clear()
        settings.ELASTICSEARCH_URL = server.url
        yield server
        elastic.client().close()
        elastic._client.cache_clear()
        engines._guarded.cache_clear()
