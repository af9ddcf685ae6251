"""The embedded engine: who matches (S1, S7), in what order (S4), and what the counts promise (S6)."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict

from common import clock
from practitioners.models import Practitioner
from practitioners.models.service import Mode
from search import digest, query
from search.engines import engine
from search.engines.base import Results
from search.facts import Availability
from search.models import SearchEntry
from tests.factories.practitioners import PracticeFactory, ServiceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def ask(address: str = "", **fields: Any) -> Results:
    parsed = query.parse(QueryDict(address), today=clock.today(), preset=fields)
    assert not parsed.problems
    return engine().search(parsed.query)


def found(address: str = "", **fields: Any) -> set[int]:
    results = ask(address, **fields)
    ids = {hit.practitioner_id for hit in results.hits}
    assert results.count == len(ids)
    return ids


def test_a_town_means_places_within_the_radius(listed):
    lyon, near, far = listed("69123"), listed("69266"), listed("38544")
    assert found("lieu=commune:69123") == {lyon.pk, near.pk}
    assert found("lieu=commune:69123&rayon=30") == {lyon.pk, near.pk, far.pk}
    assert found("lieu=commune:38544") == {far.pk}


def test_a_home_radius_that_covers_the_town_matches_it(listed):
    visitor = listed("38544", home_radius_km=30)
    listed("42218", home_radius_km=30)
    assert found("lieu=commune:69123") == {visitor.pk}


def test_who_only_visits_is_found_from_the_town_of_the_postal_code(listed, france):
    from search.actions import entries
    from tests.factories.practitioners import PractitionerFactory

    visitor = PractitionerFactory(place=False, postal_code="69100", home_radius_km=10)
    assert entries.refresh(visitor.pk)
    assert found("lieu=commune:69123") == {visitor.pk}
    assert found("lieu=commune:42218") == set()


def test_an_area_means_inside_it_overseas_included(listed):
    lyon, vienne, reunion = listed("69123"), listed("38544"), listed("97411")
    assert found("lieu=departement:69") == {lyon.pk}
    assert found("lieu=region:84") == {lyon.pk, vienne.pk}
    assert found("lieu=departement:974") == {reunion.pk}
    assert found("lieu=97400") == {reunion.pk}


def test_distances_are_those_of_the_sphere(listed):
    listed("69266")
    (hit,) = ask("lieu=commune:69123").hits
    assert hit.distance_km == pytest.approx(4.3, abs=0.1)


def test_around_a_point_and_inside_a_box(listed):
    lyon, paris = listed("69123"), listed("75056")
    assert found("autour=45.76,4.83&rayon=5") == {lyon.pk}
    assert found("bbox=2,48,3,49") == {paris.pk}


@pytest.mark.parametrize(
    "text",
    ["sophrologie", "Sophrologue", "SOPHROLOGIES", "élodie", "le goff", "goff elodie", "stress", "lyon sophrologie"],
)
def test_words_find_whatever_the_accents_the_order_and_the_plural(listed, text: str):
    practice = PracticeFactory(name="Sophrologie", slug="sophrologie", noun="sophrologue")
    wanted = listed(
        first_name="Élodie",
        last_name="Le Goff",
        practices=[practice],
        themes=[ThemeFactory(name="Stress", slug="stress")],
    )
    listed("75056", practices=[PracticeFactory(name="Hypnose", slug="hypnose", noun="hypnologue")])
    assert found(f"q={text}") == {wanted.pk}


@pytest.mark.parametrize(
    "text", ["*:*", "🙂", "de la", "inconnu", "sophrologie inconnu", "p:sophrologie", "'; DROP TABLE"]
)
def test_what_is_not_there_finds_nobody(listed, text: str):
    listed(practices=[PracticeFactory(name="Sophrologie", slug="sophrologie")])
    parsed = query.parse(_typed(text), today=clock.today())
    assert engine().search(parsed.query).count == 0


def _typed(text: str) -> QueryDict:
    parameters = QueryDict(mutable=True)
    parameters["q"] = text
    return parameters


def test_results_stand_in_the_contracts_order(listed):
    people = [listed() for _n in range(6)]
    rows = [  # online, score, completeness, partner, days listed
        (False, 50, 100, True, 900), (True, 43, 90, False, 10), (True, 43, 90, True, 10), (True, 43, 95, False, 1),
        (True, 48, 10, False, 1), (True, 43, 90, False, 400),
    ]  # fmt: skip
    from search import ranking
    from search.actions.entries import standing_of

    for person, (online, score, completeness, partner, days) in zip(people, rows, strict=True):
        entry = SearchEntry.objects.get(pk=person.pk)
        entry.online, entry.score, entry.completeness, entry.partner = online, score, completeness, partner
        entry.listed_on = clock.today() - dt.timedelta(days=days)
        entry.rank = ranking.pack(standing_of(entry))
        entry.digest = digest.renewed(entry.digest, rank=entry.rank, availability=Availability())
        entry.save()
    hits = ask().hits
    assert [people.index(next(p for p in people if p.pk == hit.practitioner_id)) for hit in hits] == [4, 3, 2, 5, 1, 0]
    assert all(ranking.sort_key(a.standing) < ranking.sort_key(b.standing) for a, b in pairwise(hits))


def free(
    practitioner: Practitioner, *cells: tuple[str, dt.date, str], next_free: dict[str, dt.datetime] | None = None
) -> None:
    """Gives the practitioner's entry this agenda."""
    entry = SearchEntry.objects.get(pk=practitioner.pk)
    agenda = Availability(online=True, cells=frozenset(cells), next_free=next_free or {})
    entry.digest = digest.renewed(entry.digest, rank=entry.rank, availability=agenda)
    entry.save()


def test_other_orders_on_request(listed):
    near, nearest = listed("69266"), listed("69123")
    free(near, next_free={"cabinet": clock.now() + dt.timedelta(hours=3)})
    assert [h.practitioner_id for h in ask("lieu=commune:69123&tri=distance").hits] == [nearest.pk, near.pk]
    assert [h.practitioner_id for h in ask("tri=horaire").hits] == [near.pk, nearest.pk]


def choosing(facet: str, value: str) -> dict[str, Any]:
    """The fields of a question in which this value alone is chosen."""
    today = clock.today()
    several = {
        "pratique": "practices",
        "theme": "themes",
        "mode": "modes",
        "langue": "languages",
        "paiement": "payments",
    }
    if facet in several:
        return {several[facet]: (value,)}
    return {
        "acces": {"step_free": True},
        "disponible": {"days": (today, today + dt.timedelta(days=6 if value == "semaine" else 0))},
        "moment": {"parts": (value,)},
        "prix_max": {"price_max": int(value) * 100 if facet == "prix_max" else 0},
        "note_min": {"score_min": round(float(value) * 10) if facet == "note_min" else 0},
    }[facet]


def test_each_count_is_what_choosing_it_gives(listed):
    sophro, hypno = (
        PracticeFactory(name="Sophrologie", slug="sophrologie"),
        PracticeFactory(name="Hypnose", slug="hypnose"),
    )
    stress, sleep = ThemeFactory(name="Stress", slug="stress"), ThemeFactory(name="Sommeil", slug="sommeil")
    listed(practices=[sophro], themes=[stress], languages=["fr"])
    listed(practices=[sophro, hypno], themes=[stress, sleep], languages=["fr", "en"])
    listed(practices=[hypno], themes=[sleep], languages=["en"], payment_methods=["cheque"])
    visio = listed("75056", practices=[hypno], themes=[], languages=["fr"])
    ServiceFactory(practitioner=visio, practice=hypno, mode=Mode.VIDEO)
    from search.actions import entries

    entries.refresh(visio.pk)
    for chosen in (
        {},
        {"practices": ("sophrologie",)},
        {"practices": ("hypnose",), "languages": ("en",)},
        {"themes": ("stress", "sommeil")},
    ):
        results = ask(**chosen)
        for name, values in results.facets.items():
            for value, count in values:
                assert count == ask(**{**chosen, **choosing(name, value)}).count, (chosen, name, value)
    assert dict(ask(practices=("sophrologie",)).facets["pratique"]) == {"sophrologie": 2, "hypnose": 3}


def test_filters_only_remove(listed):
    step_free = listed(payment_methods=["cheque"])
    step_free.places.update(step_free=True)
    from search.actions import entries

    entries.refresh(step_free.pk)
    dear = listed(languages=["de"])
    dear.services.update(price_cents=12_000)
    entries.refresh(dear.pk)
    everyone = found()
    assert found("acces=fauteuil") == {step_free.pk}
    assert found("prix_max=60") == {step_free.pk}
    assert found("langue=de") == {dear.pk}
    assert found("paiement=cheque&paiement=carte") == everyone
    assert found("note_min=4") == everyone
    assert found("note_min=4.1") == set()


def test_availability_is_asked_by_day_and_part_of_day(listed):
    morning, saturday = listed(), listed()
    tomorrow = clock.today() + dt.timedelta(days=1)
    next_saturday = clock.today() + dt.timedelta(days=(5 - clock.today().weekday()) % 7 + 7)
    free(morning, ("cabinet", tomorrow, "matin"))
    free(saturday, ("cabinet", next_saturday, "soir"))
    assert found(f"disponible={tomorrow}") == {morning.pk}
    assert found("disponible=semaine") == {morning.pk}
    assert found("disponible=aujourdhui") == set()
    assert found("moment=samedi") == {saturday.pk} | ({morning.pk} if tomorrow.weekday() == 5 else set())
    assert found("moment=soir") == {saturday.pk}
    assert found(f"disponible={tomorrow}&moment=soir") == set()


def test_pages_do_not_overlap_and_end(listed):
    people = {listed().pk for _n in range(23)}
    one, two = ask(), ask("page=2")
    assert (one.count, one.pages, len(one.hits), len(two.hits)) == (23, 2, 20, 3)
    assert {h.practitioner_id for h in [*one.hits, *two.hits]} == people
    assert ask("page=3").hits == []
    assert ask("page=99999999999999999").hits == []


def test_a_time_is_free_in_the_wanted_way_to_meet(listed):
    both = listed()
    day = clock.today() + dt.timedelta(days=2)
    hypnosis = PracticeFactory(name="Hypnose", slug="hypnose")
    ServiceFactory(practitioner=both, practice=hypnosis, mode=Mode.VIDEO)
    from search.actions import entries

    entries.refresh(both.pk)
    free(both, ("visio", day, "soir"))
    assert found(f"disponible={day}") == {both.pk}
    assert found(f"disponible={day}&mode=cabinet") == set()
    assert dict(ask(f"disponible={day}").facets["mode"])["cabinet"] == 0


def test_an_answer_takes_two_statements(listed, django_assert_num_queries):
    listed()
    parsed = query.parse(QueryDict("lieu=commune:69123&q=lyon"), today=clock.today())
    with django_assert_num_queries(2):
        engine().search(parsed.query)
