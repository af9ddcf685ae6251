"""The generated corpus: the same everywhere, written as the product writes, and never over real practitioners."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common import clock
from demo.corpus import Corpus, towns_of
from places.models import Commune
from search.engines.embedded import EmbeddedEngine
from search.models import SearchEntry, SearchPoint, Tally
from search.query import Query


def made(size: int = 60, seed: int = 1) -> Corpus:
    return Corpus(size, seed=seed, towns=towns_of(Commune.objects.select_related("department")), today=clock.today())


def test_the_same_seed_gives_the_same_people_in_whatever_slice(france):
    everyone = list(made())
    assert list(made()) == everyone
    assert made().facts(41) == everyone[41]
    assert list(made(seed=2)) != everyone
    assert sorted(made().places_in_order().tolist()) == list(range(60))


def test_neighbours_in_the_table_share_their_main_practice(france):
    corpus = made()
    mains = [corpus.mains[place] for place in corpus.places_in_order()]
    assert mains == sorted(mains)


def test_real_practitioners_are_never_written_over(listed):
    kept = listed()
    with pytest.raises(CommandError, match="There are practitioners"):
        call_command("search_corpus", 5)
    assert list(SearchEntry.objects.values_list("pk", flat=True)) == [kept.pk]


@pytest.mark.django_db(transaction=True)
def test_what_is_written_is_found_and_counted(france):
    before = _indexes()
    call_command("search_corpus", 60, processes=1, stdout=io.StringIO())
    assert _indexes() == before
    everyone = list(made())
    assert SearchEntry.objects.count() == 60
    assert SearchPoint.objects.count() == sum(len(facts.points) for facts in everyone)
    found = EmbeddedEngine().search(Query())
    assert found.count == Tally.objects.get().total == 60
    for facet, of in (("pratique", "practices"), ("theme", "themes"), ("langue", "languages"), ("mode", "modes")):
        for value, count in found.facets[facet]:
            assert count == sum(value in getattr(facts, of) for facts in everyone), (facet, value)
    call_command("search_corpus", 10, processes=1, stdout=io.StringIO())
    assert SearchEntry.objects.count() == 10, "a corpus takes the place of the one before"


def _indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename IN ('search_searchentry', 'search_searchpoint')"
        )
        return {definition for (definition,) in cursor.fetchall()}
