"""Sixty questions as French people type them, each with exactly those a person expects to find among forty (S1, S2)."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from common import clock
from demo.seed import catalogue
from places.actions import gazetteer
from practitioners.models import Practice, Theme
from search import query
from search.actions import synonyms
from search.engines.base import Engine
from search.models import SynonymGroup
from tests.search import relevance_corpus
from tests.search.conformance.conftest import perhaps_a_node
from tests.search.conformance.world import World, settle

pytestmark = pytest.mark.django_db
NOBODY = ""
# The question as typed: the first names of those to be found.
JUDGEMENTS = {
    # A practice, however it is called
    "sophrologue": "Claire Zoé Camille",
    "SOPHRO": "Claire Zoé Camille",
    "ostéopathes": "Julien Sophie Antoine",
    "osteo": "Julien Sophie Antoine",
    "hypnothérapeute": "Nadia Paul Camille",
    "naturo": "Rose Océane",
    "réflexo": "Anne-Marie Sylvie",
    "massage des pieds": "Anne-Marie Sylvie",
    "massage": "Élodie Karine Laure Nicolas",
    "massage japonais": "Mei",
    "professeur de yoga": "Fatima Hugo Chloé",
    "mindfulness": "Chloé Maëlle",
    "coach de vie": "Marc Inès",
    "nutritionniste": "Estelle",
    "taï chi": "David",
    "chi kung": "Julie",
    "l’EFT": "Diane",
    "huiles essentielles": "Pascale",
    "bain de forêt": "Amélie",
    "elixirs floraux": "Olivier",
    "auto-massage": "Patrick",
    # What for
    "insomnie": "Claire Anne-Marie Océane Pascale Zoé Camille",
    "je dors mal": "Claire Anne-Marie Océane Pascale Zoé Camille",
    "mal de dos": "Julien Thomas Kevin Nicolas",
    "lombalgies": "Julien Thomas Kevin Nicolas",
    "arrêter de fumer": "Nadia",
    "sevrage tabagique": "Nadia",
    "perdre du poids": "Rose Océane Estelle",
    "gestion du stress": "Claire Paul Mei Chloé Pascale Bruno Diane Maëlle Vincent Amélie Patrick",
    "charge mentale à Rennes": "Maëlle",
    "burnout rennes": "Maëlle",
    "estime de soi": "Nadia Marc Sarah Manon",
    "prise de parole": "Nadia Marc Sarah Manon",
    "enceinte lyon": "Sophie Karine Fatima",
    "deuil": "Diane",
    "phobie": "Paul",
    "examens": "Inès",
    "acouphènes": "Camille",
    "ménopause": "Sylvie",
    "colère chez l’enfant": NOBODY,
    "ados": "Claire Léa",
    # Where
    "ostéo à bordeaux": "Julien",
    "Bordeaux ostéopathe": "Julien",
    "hypnose arrêter de fumer 69003": "Nadia",
    "yoga 69": "Fatima",
    "sophrologue st etienne": NOBODY,
    "reiki st-étienne": "Yves",
    "eft aix en pce": "Diane",
    "paris 11e hypnose": "Paul",
    "la rochelle": "Hugo Gabriel",
    "naturopathe 974": "Océane",
    "relaxation en corse": "Bruno",
    "sophrologue au Mans": "Zoé",
    "massage dans le Rhône": "Karine",
    # How
    "sophrologie en visio": "Claire",
    "coach à distance": "Marc",
    "massage à domicile bordeaux": "Élodie",
    "stress visio paris": "Paul Patrick",
    # Who
    "Claire Marseille": "Claire",
    "tours rose": "Rose",
    "Martin": "Julien Sophie",
    "ostéopathe Martin Lyon": "Sophie",
    "Julie Bach": "Julie",
    "anne marie le goff": "Anne-Marie",
    "vincent lyon": "Vincent",
    # As people talk
    "je cherche un bon ostéopathe pour nourrisson à Lyon": "Sophie",
    "hypnose pour arrêter la cigarette, Lyon 3ème": "Nadia",
    "quelqu'un pour m’aider à mieux dormir à bordeaux": "Camille",
}  # fmt: skip


@pytest.fixture(scope="module")
def directory(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """The real gazetteer, the demo's catalogue, the synonyms that are shipped; undone at the end of the module."""
    with perhaps_a_node("relevance") as held, django_db_blocker.unblock(), transaction.atomic():
        settle([], None, now=clock.now())
        for model in (Theme, Practice, SynonymGroup):
            model._default_manager.all().delete()
        gazetteer.load()
        catalogue.themes(catalogue.practices())
        synonyms.load()
        world = World(relevance_corpus.people(today=clock.today()), held)
        # Once here, or each test would check the foreign keys of all communes again when its savepoint is undone.
        connection.check_constraints()
        yield world
        transaction.set_rollback(True)


def found_by(engine: Engine, text: str, address: str = "") -> set[str]:
    parameters = QueryDict(address, mutable=True)
    parameters["q"] = text
    asked = query.parse(parameters, today=clock.today())
    results = engine.search(asked.query, size=100)
    assert results.count == len(results.hits)
    names = relevance_corpus.first_names()
    return {names[hit.practitioner_id] for hit in results.hits}


def test_there_are_sixty_questions_and_forty_people():
    assert len(JUDGEMENTS) >= 60
    assert len(relevance_corpus.PEOPLE) == 40
    judged = {name for names in JUDGEMENTS.values() for name in names.split()}
    assert judged == {row[0] for row in relevance_corpus.PEOPLE}


@pytest.mark.parametrize("text", JUDGEMENTS)
def test_who_is_found_is_who_is_expected(directory: World, text: str):
    for engine in directory.engines:
        assert found_by(engine, text) == set(JUDGEMENTS[text].split()), engine.name


def test_both_engines_were_asked(directory: World, requires_elasticsearch: str):
    assert [engine.name for engine in directory.engines] == ["embedded", "elasticsearch"]
