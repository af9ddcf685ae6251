import pytest
from django.db import connection

from places.actions import gazetteer as loading
from places.models import Commune, Department, Region

pytestmark = pytest.mark.django_db


def test_loads_every_commune_with_overseas(gazetteer):
    assert gazetteer == {"communes": 34_915, "departments": 101, "regions": 18}
    assert Commune.objects.count() == 34_915
    saint_denis = Commune.objects.get(insee="97411")
    assert (saint_denis.department.name, saint_denis.department.timezone) == ("La Réunion", "Indian/Reunion")
    assert saint_denis.latitude == pytest.approx(-20.879)


def test_loading_again_changes_nothing(gazetteer):
    before = list(Commune.objects.order_by("insee").values_list())
    Commune.objects.filter(insee="69123").update(name="Lugdunum", slug="lugdunum")
    loading.load()
    assert list(Commune.objects.order_by("insee").values_list()) == before


def test_areas_know_their_people_and_their_main_town(gazetteer):
    rhone = Department.objects.get(code="69")
    assert rhone.population > 1_800_000
    assert (rhone.latitude, rhone.longitude) == (45.7677, 4.8354)
    assert Region.objects.get(code="84").population > 8_000_000


def test_slugs_tell_namesakes_apart():
    row = {"department": "93", "insee": "1", "name": "Saint-Denis"}
    slugs = loading.commune_slugs(
        [
            row,
            {**row, "insee": "2", "department": "974"},
            {**row, "insee": "3", "name": "Lyon"},
            {**row, "insee": "4", "name": "Die"},
            {**row, "insee": "5", "name": "Die"},
        ]
    )
    assert slugs == {"1": "saint-denis-93", "2": "saint-denis-974", "3": "lyon", "4": "die-4", "5": "die-5"}


def test_the_start_of_any_word_is_found_by_the_index(gazetteer):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        from places.models.gazetteer import words_of

        plan = Commune.objects.alias(spaced=words_of("folded")).filter(spaced__contains=" provence").explain()
    assert "commune_words" in plan
