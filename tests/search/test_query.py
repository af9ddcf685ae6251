"""What addresses say: accepted, or refused with the name of the parameter."""

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import query
from search.query import Parsed, Query
from tests.factories.practitioners import PracticeFactory

TODAY = dt.date(2026, 11, 23)


def parse(address: str) -> Parsed:
    return query.parse(QueryDict(address), today=TODAY)


def test_nothing_asked_is_everything():
    assert parse("").query == Query()
    assert parse("q=&lieu=&mode=&page=&utm_source=x").query == Query()
    assert parse("q=&utm_source=x").problems == []


@pytest.mark.parametrize(
    ("address", "field", "value"),
    [
        ("mode=visio&mode=cabinet", "modes", ("visio", "cabinet")),
        ("langue=en", "languages", ("en",)),
        ("paiement=carte", "payments", ("carte",)),
        ("moment=soir&moment=samedi", "parts", ("soir", "samedi")),
        ("disponible=aujourdhui", "days", (TODAY, TODAY)),
        ("disponible=semaine", "days", (TODAY, dt.date(2026, 11, 29))),
        ("disponible=2026-12-01", "days", (dt.date(2026, 12, 1), dt.date(2026, 12, 1))),
        ("disponible=2027-01-21", "days", (dt.date(2027, 1, 21), dt.date(2027, 1, 21))),
        ("prix_max=60", "price_max", 6000),
        ("prix_max=59,50", "price_max", 5950),
        ("note_min=4.5", "score_min", 45),
        ("acces=fauteuil", "step_free", True),
        ("rayon=30", "radius_km", 30),
        ("autour=45.76,4.83", "around", (45.76, 4.83)),
        ("bbox=2,48,3,49", "bbox", (2.0, 48.0, 3.0, 49.0)),
        ("tri=horaire", "sort", "horaire"),
        ("autour=45.76,4.83&tri=distance", "sort", "distance"),
        ("page=3", "page", 3),
    ],
)
def test_accepted(address: str, field: str, value: object):
    parsed = parse(address)
    assert parsed.problems == []
    assert getattr(parsed.query, field) == value


BAD = [
    ("mode=telepathie", "mode"), ("langue=zz", "langue"), ("langue=<b>", "langue"), ("paiement=or", "paiement"), ("moment=nuit", "moment"),
    ("disponible=demain", "disponible"), ("disponible=2020-01-01", "disponible"), ("disponible=2026-13-01", "disponible"),
    ("disponible=20261201", "disponible"), ("disponible=2027-01-22", "disponible"), ("prix_max=cher", "prix_max"), ("prix_max=-1", "prix_max"), ("prix_max=NaN", "prix_max"),
    ("prix_max=1e999", "prix_max"), ("note_min=6", "note_min"), ("note_min=Infinity", "note_min"), ("acces=ascenseur", "acces"),
    ("rayon=7", "rayon"), ("rayon=-5", "rayon"), ("autour=45", "autour"), ("autour=nan,4", "autour"), ("autour=95,4", "autour"),
    ("bbox=1,2,3", "bbox"), ("bbox=3,49,2,48", "bbox"), ("tri=prix", "tri"), ("tri=distance", "tri"), ("page=0", "page"),
    ("page=-1", "page"), ("page=un", "page"), ("page=²", "page"), ("page=" + "9" * 400, "page"), ("q=" + "a" * 10_000, "q"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "parameter"), BAD)
def test_refused_by_name_and_ignored(address: str, parameter: str):
    parsed = parse(address)
    assert parameter in {problem.parameter for problem in parsed.problems}
    assert all(problem.message for problem in parsed.problems)
    assert parameter not in parsed.raw


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("pratique=inconnue", "pratique"),
        ("theme=x'y", "theme"),
        ("lieu=nullepart", "lieu"),
        ("lieu=" + "a" * 10_000, "lieu"),
    ],
)
def test_what_the_database_does_not_know_is_refused_by_name(address: str, parameter: str):
    assert [problem.parameter for problem in parse(address).problems] == [parameter]


@pytest.mark.django_db
def test_a_known_practice_is_kept_beside_an_unknown_one():
    PracticeFactory(name="Sophrologie", slug="sophrologie")
    parsed = parse("pratique=sophrologie&pratique=inconnue")
    assert parsed.query.practices == ("sophrologie",)
    assert len(parsed.problems) == 1


NAMES = [
    "q",
    "exact",
    "lieu",
    "rayon",
    "autour",
    "bbox",
    "mode",
    "langue",
    "paiement",
    "disponible",
    "moment",
    "prix_max",
    "note_min",
    "acces",
    "tri",
    "page",
]


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=30), max_size=3)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_input_breaks_the_parser(values: dict[str, list[str]]):
    parameters = QueryDict(mutable=True)
    for name, texts in values.items():
        parameters.setlist(name, texts)
    parsed = query.parse(parameters, today=TODAY)
    assert {problem.parameter for problem in parsed.problems} <= set(values)
