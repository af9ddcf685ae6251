"""The document: what it says of an entry, and that a real node holds exactly that."""

import datetime as dt
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import elasticsearch
import pytest
from elasticsearch import BadRequestError

from common import clock
from practitioners.models import Practitioner
from search import digest, documents, entry_of
from search.digest import MODES
from search.documents import EntryDocument, document
from search.facts import Availability, Facts, Point
from search.models import SearchEntry
from search.ranking import Standing, pack
from tests.search.conformance.people import crowd
from tests.search.conformance.world import Node, node

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def entry(pk: int = 7, **fields: Any) -> SearchEntry:
    standing = Standing(True, 46, 80, False, dt.date(2026, 1, 5), pk)
    facts = Facts(**{"standing": standing, "names": ("Anaïs", "Martin"), **fields})
    return entry_of.rows([facts], now=clock.now())[0].entry


def crowded() -> list[SearchEntry]:
    return [row.entry for row in entry_of.rows(crowd(60, seed=3, today=clock.today()), now=clock.now())]


def test_the_client_is_one_whose_documents_are_not_empty():
    """From 9.4 on, every document would be indexed empty, without an error."""
    assert elasticsearch.__version__ < (9, 4)
    assert re.search(r'"elasticsearch>=9\.3,<9\.4"', (ROOT / "pyproject.toml").read_text())
    made = entry()
    assert EntryDocument().prepare(made) == document(made)
    assert {name for name, *_rest in EntryDocument()._prepared_fields} == set(document(made))


def test_every_field_is_mapped_and_none_is_guessed():
    mapping = documents.mapping()
    assert set(mapping["properties"]) == set(document(entry()))
    assert mapping["dynamic"] == "strict"
    assert mapping["_source"] == {"enabled": False}
    assert mapping["_meta"] == {"version": documents.VERSION}
    assert not [name for name, field in mapping["properties"].items() if field["type"] == "text"]


def test_a_document_reads_nothing_but_its_row(django_assert_num_queries):
    rows = crowded()
    with django_assert_num_queries(0):
        assert all(document(row)["id"] == row.practitioner_id for row in rows)


def test_the_rank_is_exact_beyond_what_a_float_holds():
    standing = Standing(False, 10, 0, False, dt.date(2050, 1, 1), 2**32 - 1)
    assert document(entry(standing=standing))["rank"] == pack(standing) > 2**60


def test_free_times_are_those_of_the_row():
    """One term for each mode, part and day, and the same for any mode."""
    today = clock.today()
    for row in crowded():
        cells = digest.cells(digest.decode(row.digest)[0], today)
        wanted = {documents.free_term(mode, part, day.toordinal() % digest.RING) for mode, day, part in cells}
        wanted |= {documents.free_term("any", part, day.toordinal() % digest.RING) for _m, day, part in cells}
        free = document(row)["free"]
        assert set(free) == wanted
        assert len(free) == len(wanted)


def test_the_next_free_minute_is_there_for_every_choice_of_modes():
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    made = document(
        entry(availability=Availability(True, next_free={"visio": noon, "domicile": noon + dt.timedelta(hours=1)}))
    )
    minute = int(noon.timestamp()) // 60
    first = {"visio": minute, "domicile": minute + 60}
    for chosen in (some for size in (1, 2, 3) for some in combinations(MODES, size)):
        times = [first[mode] for mode in chosen if mode in first]
        assert made[documents.next_field(chosen)] == min(times, default=None)


def test_bands_of_price_and_score_hold_their_bounds():
    def bands(**fields: Any) -> set[str]:
        return {value for value in document(entry(**fields))["facets"] if value.startswith(("prix", "note"))}

    high, low = "note_min:4.5", "note_min:4"
    assert bands(price_min_cents=6000) == {"prix_max:60", "prix_max:80", "prix_max:100", high, low}
    assert bands(price_min_cents=6001) == {"prix_max:80", "prix_max:100", high, low}
    assert bands(price_min_cents=None) == {high, low}
    assert bands(standing=Standing(True, 44, 80, False, dt.date(2026, 1, 5), 7)) == {low}
    assert document(entry(price_min_cents=None))["price"] is None


def test_each_home_radius_can_be_asked_for():
    """The list is the constraint of the practitioners' table; any other radius is refused, not left unfound."""
    (constraint,) = [c for c in Practitioner._meta.constraints if c.name == "home_radius_from_the_list"]
    allowed = dict(constraint.condition.children)["home_radius_km__in"]
    assert tuple(allowed) == documents.HOME_RADII
    place = Point(45.76, 4.83, "Lyon")
    for km in allowed:
        assert document(entry(points=(place,), home_radius_km=km))["home_km"] == km
    with pytest.raises(ValueError, match="15 km"):
        document(entry(points=(place,), home_radius_km=15))


def test_only_places_of_practice_receive():
    here, there = Point(45.76, 4.83, "Lyon"), Point(48.85, 2.34, "Paris")
    both, visits = (
        entry(points=(here, there)),
        entry(points=(Point(45.76, 4.83, "Lyon", receives=False),), home_radius_km=20),
    )
    assert (len(document(both)["receiving"]), document(both)["several"], document(both)["home"]) == (2, True, None)
    assert (document(visits)["receiving"], document(visits)["several"]) == ([], False)
    assert document(visits)["home"] == document(visits)["points"][0]
    nowhere = document(entry())
    assert (nowhere["points"], nowhere["receiving"], nowhere["home"], nowhere["cell"]) == ([], [], None, -1)


@pytest.fixture
def held(requires_elasticsearch: str):
    with node(requires_elasticsearch, "test-documents") as made:
        yield made


def test_a_real_node_holds_what_the_document_says(held: Node):
    rows = crowded()
    held.hold(rows)
    columns = [name for name, field in documents.mapping()["properties"].items() if field.get("doc_values", True)]
    answer = held.client.search(
        index=held.index,
        size=100,
        stored_fields="_none_",
        docvalue_fields=columns,
        sort=[{"rank": "asc"}],
        version=True,
    )
    said = {hit["fields"]["id"][0]: hit["fields"] for hit in answer["hits"]["hits"]}
    assert len(said) == len(rows)
    for row in rows:
        wanted = document(row)
        for name in columns:
            values = wanted[name] if isinstance(wanted[name], list) else [wanted[name]]
            given = said[row.pk].get(name, [])
            if given and name in ("points", "receiving", "home"):
                pairs = [tuple(map(float, place.split(","))) for place in given]
                assert sorted(pairs) == sorted((v["lat"], v["lon"]) for v in values), name
            elif isinstance(wanted[name], list):
                assert set(given) == set(values), name
            else:
                assert given == [value for value in values if value is not None], name


def test_a_real_node_finds_each_word_and_free_time_by_itself(held: Node):
    rows = crowded()
    held.hold(rows)
    for row in rows[:8]:
        wanted = document(row)
        for name in ("terms", "free"):
            everything = {"bool": {"filter": [{"term": {name: value}} for value in wanted[name]]}}
            for value in wanted[name][:: max(1, len(wanted[name]) // 5)]:
                found = held.client.search(
                    index=held.index, query={"term": {name: value}}, size=100, docvalue_fields=["id"]
                )
                ids = {hit["fields"]["id"][0] for hit in found["hits"]["hits"]}
                assert ids == {other.pk for other in rows if value in document(other)[name]}
            assert held.client.count(index=held.index, query=everything)["count"] >= 1


def test_a_real_node_refuses_what_is_not_mapped(held: Node):
    with pytest.raises(BadRequestError, match="strict"):
        held.client.index(index=held.index, id="1", document=document(entry()) | {"headline": "Bonjour"})


def test_the_index_is_one_shard_in_the_order_of_what_is_found_together(held: Node):
    settings = held.client.indices.get_settings(index=held.index)[held.index]["settings"]["index"]
    assert settings["number_of_shards"] == "1"
    assert settings["sort"]["field"] == ["main", "cell"]
    assert settings["refresh_interval"] == "-1"
