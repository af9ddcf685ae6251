"""Corpora for both engines. Without a node the embedded engine is still held against the oracle."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from common import clock
from demo.corpus import Corpus
from search.facts import Facts
from tests.plugins.requirements import lacking
from tests.search.conformance import country
from tests.search.conformance.people import crowd
from tests.search.conformance.world import Node, World, node

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextmanager
def perhaps_a_node(index: str) -> Iterator[Node | None]:
    """None without a node, unless nothing may lack."""
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url and os.environ.get("REQUIRE_SERVICES") == "1":
        lacking("ELASTICSEARCH_URL is not set: no Elasticsearch to test with")
    if not url:
        yield None
        return
    with node(url, f"test-{index}-{WORKER}-{os.getpid()}") as made:
        yield made


def _people(name: str) -> list[Facts]:
    today = clock.today()
    if name == "country":
        # The corpus of the benches, in our towns.
        towns = sorted(map(country.town, country.TOWNS), key=lambda town: town.insee)
        return list(Corpus(300, seed=7, towns=towns, today=today))
    return {"few": crowd(25, seed=1, today=today), "crowd": crowd(240, seed=2, today=today), "nobody": []}[name]


@pytest.fixture(scope="module", params=["crowd", "few", "country", "nobody"])
def world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """Written once a module, in a transaction that is undone at its end."""
    with perhaps_a_node(f"conformance-{request.param}") as held, django_db_blocker.unblock(), transaction.atomic():
        country.settle()
        yield World(_people(request.param), held)
        transaction.set_rollback(True)
