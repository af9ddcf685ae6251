"""Centres beside the practitioners found: a few, and one question to the database."""

import datetime as dt

import pytest
from django.http import QueryDict

from common import clock
from practitioners.models import Structure
from search import centres, query
from tests.factories.practitioners import StructureFactory

pytestmark = pytest.mark.django_db


def imported(name, **facts):
    return StructureFactory(page=False, name=name, source="sirene", imported_on=dt.date(2026, 11, 1), **facts)


def parse(**address):
    parameters = QueryDict(mutable=True)
    parameters.update(address)
    return query.parse(parameters, today=clock.today())


def asked(**address):
    return centres.beside(parse(**address), address.get("q", ""))


def test_centres_that_bear_the_words_stand_beside_the_practitioners(client, france):
    imported("Yoga du Rhône", commune=france["69123"])
    imported("Yoga de Vienne", commune=france["38544"])
    page = client.get("/recherche/?q=yoga&lieu=commune:69123").content.decode()
    assert "Yoga du Rhône" in page
    assert "Yoga de Vienne" not in page


def test_the_town_of_the_words_is_a_place_and_not_a_name(france):
    here = imported("Espace Yoga", commune=france["69123"])
    assert asked(q="yoga à Lyon") == [here]


def test_a_place_alone_brings_the_centres_that_keep_a_page(france):
    imported("Espace Yoga", commune=france["69123"])
    kept = StructureFactory(commune=france["69123"])
    assert asked(lieu="commune:69123") == [kept]


def test_words_alone_bring_the_centres_that_keep_a_page(france):
    imported("Espace Yoga", commune=france["69123"])
    kept = StructureFactory(name="Yoga des Quais", commune=france["38544"])
    assert asked(q="yoga") == [kept]


def test_those_with_a_page_come_first_and_few_are_shown(france):
    for n in range(5):
        imported(f"Espace {n}", commune=france["69123"])
    kept = StructureFactory(name="Espace Zen", commune=france["69123"])
    found = asked(q="espace", lieu="commune:69123")
    assert (len(found), found[0]) == (centres.SHOWN, kept)


@pytest.mark.parametrize(
    "address", [{}, {"q": "yoga", "page": "2"}, {"q": "de l"}, {"q": "yoga", "autour": "45.7,4.8"}]
)
def test_without_a_word_or_a_place_there_are_none(france, address):
    imported("Yoga de l’Île", commune=france["69123"])
    assert asked(**address) == []


def test_closed_ones_are_not_shown(france):
    one = imported("Espace Yoga", commune=france["69123"])
    Structure.objects.filter(pk=one.pk).update(closed_on=dt.date(2026, 11, 2))
    assert asked(q="yoga", lieu="commune:69123") == []


def test_more_centres_take_one_query(france, django_assert_num_queries):
    for n in range(9):
        imported(f"Yoga {n}", commune=france["69123"])
    parsed = parse(q="yoga", lieu="commune:69123")
    with django_assert_num_queries(1):
        found = [(each.name, each.address, each.commune.short_name) for each in centres.beside(parsed, "yoga")]
    assert len(found) == centres.SHOWN
