"""Prepositions before places: every département and région has the one that usage gives it."""

import pytest
from django.utils import translation

from places import lookup, wording
from places.models import Commune, Department, Region

DEPARTMENTS = """
01 dans l’Ain|02 dans l’Aisne|03 dans l’Allier|04 dans les Alpes-de-Haute-Provence|05 dans les Hautes-Alpes
06 dans les Alpes-Maritimes|07 en Ardèche|08 dans les Ardennes|09 en Ariège|10 dans l’Aube|11 dans l’Aude|12 dans l’Aveyron
13 dans les Bouches-du-Rhône|14 dans le Calvados|15 dans le Cantal|16 en Charente|17 en Charente-Maritime|18 dans le Cher
19 en Corrèze|21 en Côte-d’Or|22 dans les Côtes-d’Armor|23 dans la Creuse|24 en Dordogne|25 dans le Doubs|26 dans la Drôme
27 dans l’Eure|28 en Eure-et-Loir|29 dans le Finistère|2A en Corse-du-Sud|2B en Haute-Corse|30 dans le Gard|31 en Haute-Garonne
32 dans le Gers|33 en Gironde|34 dans l’Hérault|35 en Ille-et-Vilaine|36 dans l’Indre|37 en Indre-et-Loire|38 en Isère
39 dans le Jura|40 dans les Landes|41 en Loir-et-Cher|42 dans la Loire|43 en Haute-Loire|44 en Loire-Atlantique|45 dans le Loiret
46 dans le Lot|47 en Lot-et-Garonne|48 en Lozère|49 en Maine-et-Loire|50 dans la Manche|51 dans la Marne|52 en Haute-Marne
53 en Mayenne|54 en Meurthe-et-Moselle|55 dans la Meuse|56 dans le Morbihan|57 en Moselle|58 dans la Nièvre|59 dans le Nord
60 dans l’Oise|61 dans l’Orne|62 dans le Pas-de-Calais|63 dans le Puy-de-Dôme|64 dans les Pyrénées-Atlantiques
65 dans les Hautes-Pyrénées|66 dans les Pyrénées-Orientales|67 dans le Bas-Rhin|68 dans le Haut-Rhin|69 dans le Rhône
70 en Haute-Saône|71 en Saône-et-Loire|72 dans la Sarthe|73 en Savoie|74 en Haute-Savoie|75 à Paris|76 en Seine-Maritime
77 en Seine-et-Marne|78 dans les Yvelines|79 dans les Deux-Sèvres|80 dans la Somme|81 dans le Tarn|82 en Tarn-et-Garonne
83 dans le Var|84 dans le Vaucluse|85 en Vendée|86 dans la Vienne|87 en Haute-Vienne|88 dans les Vosges|89 dans l’Yonne
90 dans le Territoire de Belfort|91 dans l’Essonne|92 dans les Hauts-de-Seine|93 en Seine-Saint-Denis|94 dans le Val-de-Marne
95 dans le Val-d’Oise|971 en Guadeloupe|972 en Martinique|973 en Guyane|974 à La Réunion|976 à Mayotte
"""
REGIONS = """
01 en Guadeloupe|02 en Martinique|03 en Guyane|04 à La Réunion|06 à Mayotte|11 en Île-de-France|24 en Centre-Val de Loire
27 en Bourgogne-Franche-Comté|28 en Normandie|32 dans les Hauts-de-France|44 dans le Grand Est|52 dans les Pays de la Loire
53 en Bretagne|75 en Nouvelle-Aquitaine|76 en Occitanie|84 en Auvergne-Rhône-Alpes|93 en Provence-Alpes-Côte d’Azur|94 en Corse
"""


def expected(text: str) -> dict[str, str]:
    return dict(pair.split(" ", 1) for line in text.split("\n") for pair in line.split("|") if pair)


def commune(name: str) -> lookup.Place:
    return lookup.Place("commune", "commune:00000", "00000", name, name, "x", 0, 0, "69", "84", 10)


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


@pytest.mark.django_db
def test_each_department_and_region_has_its_preposition(gazetteer):
    wanted = expected(DEPARTMENTS)
    assert len(wanted) == 101
    found = {
        area.code: wording.in_place(lookup.of_department(area)) for area in Department.objects.filter(code__in=wanted)
    }
    assert found == wanted
    assert len(expected(REGIONS)) == 18
    regions = Region.objects.filter(code__in=expected(REGIONS))
    assert {area.code: wording.in_place(lookup.of_region(area)) for area in regions} == expected(REGIONS)


@pytest.mark.django_db
def test_no_area_of_the_gazetteer_is_left_to_the_default(gazetteer):
    known = {code for kind, code in wording._AREAS if kind == "department"}
    assert set(Department.objects.values_list("code", flat=True)) <= known
    assert set(Region.objects.values_list("code", flat=True)) <= {c for kind, c in wording._AREAS if kind == "region"}


@pytest.mark.parametrize(
    ("name", "where", "of"),
    [
        ("Lyon", "à Lyon", "de Lyon"),
        ("Le Mans", "au Mans", "du Mans"),
        ("Les Sables-d'Olonne", "aux Sables-d’Olonne", "des Sables-d’Olonne"),
        ("La Rochelle", "à La Rochelle", "de La Rochelle"),
        ("L'Haÿ-les-Roses", "à L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("Annecy", "à Annecy", "d’Annecy"),
        ("Évreux", "à Évreux", "d’Évreux"),
        ("Lens", "à Lens", "de Lens"),
        ("Lesparre-Médoc", "à Lesparre-Médoc", "de Lesparre-Médoc"),
        ("Île-de-Bréhat", "à l’Île-de-Bréhat", "de l’Île-de-Bréhat"),
        ("Paris 11e", "à Paris 11e", "de Paris 11e"),
    ],
)
def test_articles_of_communes_melt_into_the_preposition(name, where, of):
    assert wording.in_place(commune(name)) == where
    assert wording.of_commune(commune(name)) == of


@pytest.mark.django_db
def test_no_commune_keeps_a_masculine_or_plural_article_after_its_preposition(gazetteer):
    said = [wording.in_place(lookup.of_commune(c)) for c in Commune.objects.select_related("department").iterator()]
    assert not [words for words in said if words.startswith(("à Le ", "à Les ", "de Le ")) or "'" in words]


def test_english_has_one_preposition():
    with translation.override("en"):
        assert wording.in_place(commune("Le Mans")) == "in Le Mans"
