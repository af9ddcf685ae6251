"""Places as people type them, over the whole gazetteer."""

import pytest

from places import lookup
from places.lookup import Ambiguous, Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gazetteer")]


def first(q: str) -> str:
    return lookup.autocomplete(q)[0].label


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("st etienne", "Saint-Étienne (42)"),
        ("Saint-Étienne", "Saint-Étienne (42)"),
        ("aix en pce", "Aix-en-Provence (13)"),
        ("aix-en-provence", "Aix-en-Provence (13)"),
        ("provence aix", "Aix-en-Provence (13)"),
        ("lyon", "Lyon (69)"),
        ("LYON 3e", "Lyon 3e (69)"),
        ("69003", "Lyon 3e (69)"),
        ("69", "Rhône (69)"),
        ("2a", "Corse-du-Sud (2A)"),
        ("974", "La Réunion (974)"),
        ("bretagne", "Bretagne (région)"),
        ("l'haÿ", "L’Haÿ-les-Roses (94)"),
        ("chalon s/ saone", "Chalon-sur-Saône (71)"),
        ("str", "Strasbourg (67)"),
    ],
)
def test_suggests_first_what_was_meant(typed: str, expected: str):
    assert first(typed) == expected


@pytest.mark.parametrize("typed", ["st", "sa", "mar", "villeneuve", "saint jean"])
def test_communes_come_most_populated_first(typed: str):
    places = [place for place in lookup.autocomplete(typed) if place.kind == "commune"]
    assert len(places) > 3
    assert [p.population for p in places] == sorted((p.population for p in places), reverse=True)


@pytest.mark.parametrize("typed", ["die", "eu", "y"])
def test_a_small_place_is_within_reach_of_its_own_name(typed: str):
    assert any(place.name.lower() == typed for place in lookup.autocomplete(typed))


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "' OR 1=1", "\x00", "a" * 10_000, "🙂", "zzzzzz", "123456789"])
def test_odd_input_suggests_nothing_and_breaks_nothing(typed: str):
    assert lookup.autocomplete(typed) == []


@pytest.mark.parametrize("typed", ["st etienne", "69003", "340", "lyon 3", "die", "bretagne"])
def test_suggesting_takes_three_queries_at_most(typed: str, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert lookup.autocomplete(typed)


@pytest.mark.parametrize(
    ("typed", "place_id"),
    [
        ("Lyon", "commune:69123"),
        ("lyon 3ème", "commune:69383"),
        ("Lyon 3e arrondissement", "commune:69383"),
        ("lyon 69003", "commune:69383"),
        ("69003", "commune:69383"),
        ("Paris", "commune:75056"),
        ("commune:69123", "commune:69123"),
        ("departement:974", "departement:974"),
        ("region:53", "region:53"),
        ("69", "departement:69"),
        ("2B", "departement:2B"),
        ("Rhône", "departement:69"),
        ("la réunion", "departement:974"),
        ("Mayotte", "departement:976"),
        ("Bretagne", "region:53"),
        ("Saint-Denis (974)", "commune:97411"),
        ("saint denis 93200", "commune:93066"),
        ("montreuil", "commune:93048"),
        ("Die", "commune:26113"),
        ("aix en pce", "commune:13001"),
    ],
)
def test_resolves_to_one_place(typed: str, place_id: str):
    found = lookup.resolve(typed)
    assert isinstance(found, Place)
    assert found.id == place_id


@pytest.mark.parametrize("typed", ["Saint-Denis", "sainte colombe", "Vienne", "01400", "aix", "ly"])
def test_namesakes_are_a_choice(typed: str):
    found = lookup.resolve(typed)
    assert isinstance(found, Ambiguous)
    assert len(found.choices) > 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "zzz",
        "Lyon 12",
        "commune:00000",
        "commune:",
        "commune:691'23",
        "pays:fr",
        "departement:99",
        "99999",
        "\x00",
        "x" * 9_999,
    ],
)
def test_unknown_places_are_none(typed: str):
    assert lookup.resolve(typed) is None


def test_every_label_is_read_back_as_its_place():
    for typed in (
        "Lyon",
        "saint denis (93)",
        "Rhône",
        "Bretagne",
        "vienne (38)",
        "Marseille",
        "paris 11e",
        "l'hay les roses",
    ):
        found = lookup.resolve(typed)
        assert isinstance(found, Place)
        assert lookup.resolve(found.label) == found


def test_every_address_leads_back_to_its_place():
    for slug, place_id in (
        ("lyon", "commune:69123"),
        ("saint-denis-974", "commune:97411"),
        ("rhone", "departement:69"),
        ("bretagne", "region:53"),
    ):
        found = lookup.by_slug(slug)
        assert found is not None
        assert found.id == place_id
