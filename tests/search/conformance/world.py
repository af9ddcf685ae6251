"""One corpus in the database and, when there is a node, in an index of its own; the engines that answer over it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.test import override_settings
from elasticsearch.helpers import bulk

from accounts.models import User
from common import clock
from practitioners.models import Practice, Practitioner, Theme
from search import documents, elastic
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.entry_of import all_points, rows
from search.facts import Facts
from search.models import SearchEntry, SearchPoint
from tests.search.conformance.oracle import Oracle

# Accounts of these practitioners are numbered from here.
FIRST_USER = 1_000_000


class Node:
    """An index of a test's own on the real node, filled anew by each `hold`."""

    def __init__(self, index: str) -> None:
        self.index, self.client = index, elastic.keeper()
        self.client.indices.delete(index=index, ignore_unavailable=True)
        self.client.indices.create(index=index, mappings=documents.mapping(), settings=documents.index_settings())
        self.held: set[int] = set()

    def hold(self, entries: Iterable[SearchEntry]) -> None:
        entries = list(entries)
        gone = self.held - {entry.pk for entry in entries}
        self.held = {entry.pk for entry in entries}
        actions: list[dict[str, Any]] = [{"_op_type": "delete", "_index": self.index, "_id": str(pk)} for pk in gone]
        actions += [
            {"_index": self.index, "_id": str(entry.pk), "_source": documents.document(entry)} for entry in entries
        ]
        bulk(self.client, actions, refresh=True)

    def close(self) -> None:
        self.client.indices.delete(index=self.index)


@contextmanager
def node(url: str, index: str) -> Iterator[Node]:
    # What is compared here is answers: on a busy machine they may take longer than a visitor is let wait.
    with override_settings(ELASTICSEARCH_URL=url), patch.object(elastic, "QUESTION_SECONDS", 30.0):
        made = Node(index)
        try:
            yield made
        finally:
            made.close()


class World:
    def __init__(self, people: list[Facts], held: Node | None) -> None:
        self.people, self.today = people, clock.today()
        self.oracle = Oracle(people, self.today)
        self.engines: list[Engine] = [EmbeddedEngine()]
        if held:
            self.engines.append(ElasticEngine(held.index))
        settle(people, held, now=clock.now())


def settle(people: list[Facts], held: Node | None, *, now: dt.datetime) -> None:
    """Files, entries, places and documents of these practitioners, and of nobody else."""
    SearchEntry.objects.all().delete()
    Practitioner.objects.all().delete()
    ids = [facts.standing.practitioner_id for facts in people]
    User.objects.filter(pk__gt=FIRST_USER).delete()
    User.objects.bulk_create([User(pk=FIRST_USER + pk, email=f"c{pk}@example.fr", password="!") for pk in ids])
    Practitioner.objects.bulk_create(
        [
            Practitioner(
                pk=pk, user_id=FIRST_USER + pk, slug=f"c-{pk}", status="listed", listed_at=now, sort_name=str(pk)
            )
            for pk in ids
        ]
    )
    for model, field in ((Practice, "practices"), (Theme, "themes")):
        for slug in sorted({slug for facts in people for slug in getattr(facts, field)}):
            model._default_manager.get_or_create(slug=slug, defaults={"name": slug.capitalize()})
    made = rows(people, now=now)
    SearchEntry.objects.bulk_create([row.entry for row in made])
    SearchPoint.objects.bulk_create(all_points(made))
    if held:
        held.hold(SearchEntry.objects.all())
