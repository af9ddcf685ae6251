"""Every sentence of the specification's S1 to S7 that says who is found, in what order or how many: the same cases on both engines."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.http import QueryDict

from common import clock
from practitioners.models import Practice, Theme
from search import finding, ranking, suggestions
from search.actions import words
from search.actions.synonyms import load
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.query import parse
from search.synonyms import Shipped
from tests.plugins.requirements import lacking
from tests.search.conformance import country
from tests.search.conformance.asking import (
    LYON,
    PARIS,
    SAINT_DENIS,
    SAINT_DENIS_REUNION,
    SAINT_ETIENNE,
    SAINT_PAUL,
    SINCE,
    VIENNE,
    VILLEURBANNE,
    Asker,
    free,
    someone,
)
from tests.search.conformance.conftest import perhaps_a_node
from tests.search.conformance.world import Node

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def held() -> Iterator[Node | None]:
    with perhaps_a_node("sentences") as made:
        yield made


@pytest.fixture(params=["embedded", "elasticsearch"])
def ask(request: pytest.FixtureRequest, db: None, held: Node | None) -> Asker:
    country.settle()
    for slug, name, noun, aliases in (
        ("sophrologie", "Sophrologie", "sophrologue", []),
        ("hypnose", "Hypnose", "hypnothérapeute", ["auto-hypnose"]),
    ):
        Practice.objects.update_or_create(slug=slug, defaults={"name": name, "noun": noun, "aliases": aliases})
    Theme.objects.update_or_create(slug="sommeil", defaults={"name": "Sommeil", "aliases": ["insomnie"]})
    if request.param == "embedded":
        return Asker(EmbeddedEngine(), None)
    if held is None:
        lacking("ELASTICSEARCH_URL is not set: no Elasticsearch to test with")
    return Asker(ElasticEngine(held.index), held)


@pytest.mark.parametrize("text", ["sommeil", "hypnose", "hypnothérapeute", "dupont", "léa dupont"])
def test_s1_by_need_by_practice_and_by_name(ask: Asker, text: str):
    texts = ("hypnose hypnothérapeute", "sommeil insomnie")
    lea = someone(1, names=("Léa", "Dupont"), practices=("hypnose",), themes=("sommeil",), texts=texts)
    assert ask.among(lea, someone(2)).found(f"q={text}") == [1]


def test_s1_by_town_departement_region_and_around_me(ask: Asker):
    ask.among(someone(1, LYON), someone(2, SAINT_ETIENNE), someone(3, PARIS))
    assert ask.found("lieu=Lyon") == [1]
    assert ask.found("lieu=69") == [1]
    assert ask.found("lieu=region:84") == [1, 2]
    assert ask.found("autour=48.86,2.35") == [3]
    assert ask.found("autour=46.9,3.6&rayon=50") == []


def test_s1_by_video_by_theme_alone_or_combined(ask: Asker):
    video = {"modes": ("cabinet", "visio")}
    ask.among(someone(1, **video), someone(2, themes=("sommeil",)), someone(3, PARIS, themes=("sommeil",), **video))
    assert ask.found("mode=visio") == [1, 3]
    assert ask.found("theme=sommeil") == [2, 3]
    assert ask.found("theme=sommeil&mode=visio") == [3]
    assert ask.found("theme=sommeil&mode=visio&lieu=Lyon") == []
    assert ask.found("q=sophrologue&theme=sommeil&lieu=Paris&mode=visio") == [3]


def test_s1_further_filters(ask: Asker):
    ask.among(
        someone(1, price_min_cents=4500, languages=("fr",), payments=("carte",), score=45),
        someone(
            2, price_min_cents=6000, languages=("de", "fr"), payments=("cheque", "carte"), step_free=True, score=39
        ),
        someone(3, practices=("hypnose",), price_min_cents=None),
    )
    assert ask.found("prix_max=45") == [1]
    assert ask.found("prix_max=44,99") == []
    assert ask.found("prix_max=60") == [1, 2]
    assert ask.found("langue=de") == [2]
    assert ask.found("langue=de&langue=fr") == [1, 2]
    assert ask.found("paiement=cheque") == [2]
    assert ask.found("acces=fauteuil") == [2]
    assert ask.found("pratique=hypnose") == [3]
    assert ask.found("note_min=4,5") == [1]
    assert ask.found("note_min=4") == [1, 3]


def test_s1_availability_today_this_week_by_date_and_moment(ask: Asker):
    saturday = (5 - clock.today().weekday()) % 7 or 7
    ask.among(
        someone(1, availability=free(("cabinet", 0, "soir"))),
        someone(2, availability=free(("cabinet", 6, "matin"))),
        someone(3, availability=free(("cabinet", 7, "matin"))),
        someone(4, availability=free(("cabinet", saturday + 14, "apres-midi"))),
        someone(5, availability=free(("cabinet", 59, "matin"))),
        someone(6),
    )
    assert ask.found("disponible=aujourdhui") == [1]
    assert ask.found("disponible=semaine") == [1, 2]
    assert ask.found(f"disponible={clock.today() + dt.timedelta(days=7)}") == [3]
    assert ask.found(f"disponible={clock.today() + dt.timedelta(days=59)}") == [5]
    assert ask.found("moment=soir") == [1]
    assert 4 in ask.found("moment=samedi")
    assert ask.found("disponible=aujourdhui&moment=matin") == []


def test_s1_a_free_time_counts_in_the_way_to_meet_that_was_asked(ask: Asker):
    both = {"modes": ("cabinet", "visio")}
    ask.among(
        someone(1, **both, availability=free(("cabinet", 1, "matin"), ("visio", 9, "soir"))),
        someone(2, **both, availability=free(("visio", 2, "matin"))),
    )
    assert ask.found("disponible=semaine") == [1, 2]
    assert ask.found("disponible=semaine&mode=visio") == [2]
    assert ask.found("disponible=semaine&mode=visio&mode=cabinet") == [1, 2]
    assert ask.found("mode=visio&moment=soir&disponible=semaine") == []
    counts = dict(ask.results("disponible=semaine").facets["mode"])
    assert counts == {"cabinet": 1, "visio": 1, "domicile": 0}


@pytest.mark.parametrize(
    "text",
    ["énergie", "ENERGIE", "l'énergie", "l’energie", "énergies", "d'énergie", "bien-être énergie", "énergie bien être"],
)
def test_s2_accents_case_elisions_hyphens_plurals(ask: Asker, text: str):
    ask.among(someone(1, texts=("L’énergie du bien-être",)), someone(2, texts=("Autre chose",)))
    assert ask.found(f"q={text}") == [1]


@pytest.mark.parametrize("text", ["st étienne", "Saint Etienne", "SAINT-ÉTIENNE", "saint étienne sophrologue"])
def test_s2_saint_and_st_are_the_same(ask: Asker, text: str):
    ask.among(someone(1, SAINT_ETIENNE), someone(2, PARIS))
    assert ask.found(f"q={text}") == [1]


def test_s2_synonyms_kept_by_editors(ask: Asker):
    load([Shipped("dos", "same", ("mal de dos", "lombalgie"))])
    ask.among(someone(1, texts=("Lombalgie",)), someone(2, texts=("Le dos, sans mal",)), someone(3, texts=("Sommeil",)))
    assert 1 in ask.found("q=mal de dos")
    assert 3 not in ask.found("q=mal de dos")
    assert ask.found("q=lombalgie")[0] == 1


def test_s2_a_typo_is_corrected_only_when_nothing_is_found_and_it_is_said(ask: Asker, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finding, "engine", lambda: ask.engine)
    hypnotist = someone(1, practices=("hypnose",), texts=("hypnose hypnothérapeute",))
    words.note([hypnotist, someone(2)])
    ask.among(hypnotist, someone(2))
    results = finding.find(parse(QueryDict("q=hypnoze"), today=clock.today()).query)
    assert [hit.practitioner_id for hit in results.hits] == [1]
    assert results.corrected == "hypnose"
    right = finding.find(parse(QueryDict("q=hypnose"), today=clock.today()).query)
    assert (right.corrected, right.facets, right.count) == (None, results.facets, results.count)
    exact = finding.find(parse(QueryDict("q=hypnoze&exact=1"), today=clock.today()).query)
    assert (exact.count, exact.corrected) == (0, None)


def test_s3_what_is_suggested_is_found(ask: Asker):
    ask.among(someone(1, themes=("sommeil",)), someone(2, PARIS, practices=("hypnose",), texts=("hypnose",)))
    for typed in ("sophro", "hypn", "somm"):
        items = [item for _kind, group in suggestions.suggest(typed) for item in group]
        assert items, typed
        for item in items:
            if item.url.startswith("/recherche/?"):
                assert ask.found(item.url.split("?", 1)[1]), item.label


def test_s4_each_criterion_decides_before_all_that_follow(ask: Asker):
    best = {
        "online": True,
        "score": 50,
        "completeness": 100,
        "partner": True,
        "listed_on": SINCE - dt.timedelta(days=900),
    }
    worst = {"online": False, "score": 30, "completeness": 40, "partner": False, "listed_on": SINCE}
    names = list(best)
    for place, name in enumerate(names):
        equal = {other: 44 if other == "score" else 80 if other == "completeness" else True for other in names[:place]}
        ahead = equal | {name: best[name]} | {other: worst[other] for other in names[place + 1 :]}
        behind = equal | {name: worst[name]} | {other: best[other] for other in names[place + 1 :]}
        assert ask.among(someone(1, **behind), someone(2, **ahead)).found() == [2, 1], name


def test_s4_ties_break_by_listing_date_then_number(ask: Asker):
    later = {"listed_on": SINCE + dt.timedelta(days=1)}
    assert ask.among(someone(3), someone(1, **later), someone(2)).found() == [2, 3, 1]


def test_s4_no_text_score_moves_a_result(ask: Asker):
    often = someone(2, texts=("sophrologie " * 30,), names=("Sophrologie", "Sophrologue"))
    once = someone(1, texts=("Une autre approche, dont la sophrologie, parmi bien d’autres choses",), score=45)
    assert ask.among(often, once).found("q=sophrologie") == [1, 2]


def test_s4_visitors_may_sort_by_distance_equals_by_the_rule(ask: Asker):
    ask.among(
        someone(1, VIENNE, score=50), someone(2, LYON), someone(3, LYON, score=45), someone(4, VILLEURBANNE, score=50)
    )
    assert ask.found("lieu=Lyon&rayon=50&tri=distance") == [3, 2, 4, 1]
    assert ask.found("lieu=Lyon&rayon=50") == [1, 4, 3, 2]
    distances = [hit.distance_km for hit in ask.results("lieu=Lyon&rayon=50&tri=distance").hits]
    assert distances == sorted(distances) == pytest.approx([0, 0, 4.6, 26.5], abs=0.2)


def test_s4_visitors_may_sort_by_the_next_free_time_those_without_last(ask: Asker):
    ask.among(
        someone(1, availability=free(("cabinet", 9, "matin"))),
        someone(2, score=50),
        someone(3, modes=("cabinet", "visio"), availability=free(("visio", 2, "matin"), ("cabinet", 20, "matin"))),
        someone(4),
    )
    assert ask.found("tri=horaire") == [3, 1, 2, 4]
    assert ask.found("tri=horaire&mode=cabinet") == [1, 3, 2, 4]


def test_s5_the_reason_comes_from_the_columns_that_sorted(ask: Asker):
    people = [
        someone(n, online=n % 2 == 0, score=40 + n % 3, completeness=60 + n % 4, partner=n % 5 == 0)
        for n in range(1, 20)
    ]
    hits = ask.among(*people).results().hits
    told = {facts.standing.practitioner_id: facts.standing for facts in people}
    assert all(hit.standing == told[hit.practitioner_id] for hit in hits)
    assert all(ranking.sort_key(a.standing) < ranking.sort_key(b.standing) for a, b in pairwise(hits))
    assert all(len(ranking.reasons(hit.standing)) == len(ranking.CRITERIA) for hit in hits)


def test_s6_each_count_is_what_choosing_it_finds(ask: Asker):
    ask.among(
        someone(1, languages=("fr",), price_min_cents=3000),
        someone(2, languages=("fr", "en"), practices=("sophrologie", "hypnose")),
        someone(3, languages=("en",), practices=("hypnose",), step_free=True),
    )
    counts = ask.results("pratique=sophrologie").facets
    assert counts["pratique"] == [("hypnose", 2), ("sophrologie", 2)]
    assert counts["langue"] == [("fr", 2), ("en", 1)]
    assert counts["acces"] == [("fauteuil", 0)]
    assert counts["prix_max"] == [("40", 1), ("60", 1), ("80", 1), ("100", 1)]
    assert len(ask.found("pratique=hypnose")) == dict(counts["pratique"])["hypnose"]


def test_s6_the_map_shows_who_the_list_shows(ask: Asker):
    ask.among(someone(1, LYON), someone(2, LYON), someone(3, PARIS), someone(4, PARIS, practices=("hypnose",)))
    query = parse(QueryDict("pratique=sophrologie"), today=clock.today()).query
    clusters = ask.engine.clusters(query, (-5.0, 41.0, 10.0, 52.0), 5)
    assert [(c.count, c.practitioner_id) for c in clusters] == [(1, 3), (2, None)]
    assert (clusters[1].latitude, clusters[1].longitude) == pytest.approx((45.758, 4.8351), abs=1e-6)
    assert ask.engine.clusters(query, (2.0, 48.0, 3.0, 49.0), 9)[0].practitioner_id == 3


def test_s6_a_shared_address_finds_the_same_page(ask: Asker):
    ask.among(*(someone(n, score=40 + n % 7) for n in range(1, 50)))
    address = "q=sophrologue&lieu=Lyon&tri=classement&page=2"
    first, again = ask.results(address), ask.results(address)
    assert (first.count, len(first.hits), first) == (49, 20, again)
    one, three = ask.results("q=sophrologue&lieu=Lyon"), ask.results("q=sophrologue&lieu=Lyon&page=3")
    pages = [hit.practitioner_id for page in (one, first, three) for hit in page.hits]
    assert sorted(pages) == list(range(1, 50))
    assert ask.results("page=4").hits == ask.results("page=99999999999999999").hits == []


def test_s7_a_town_means_twenty_kilometres_around_it(ask: Asker):
    ask.among(someone(1, LYON), someone(2, VILLEURBANNE), someone(3, VIENNE))
    assert ask.found("lieu=Lyon") == [1, 2]
    assert ask.found("lieu=Lyon&rayon=30") == [1, 2, 3]
    assert ask.found("lieu=Vienne&rayon=5") == [3]


@pytest.mark.parametrize("radius", [5, 20, 50])
def test_s7_home_visits_that_reach_the_town_are_found_whatever_the_radius(ask: Asker, radius: int):
    visitor = someone(1, VIENNE, home_radius_km=30, modes=("domicile",), receives=False)
    ask.among(visitor, someone(2, PARIS, home_radius_km=100), someone(3, SAINT_ETIENNE, home_radius_km=20))
    assert ask.found(f"lieu=Lyon&rayon={radius}") == [1]
    assert ask.found(f"autour=45.758,4.8351&rayon={radius}") == [1]


def test_s7_a_departement_or_a_region_means_inside_it(ask: Asker):
    ask.among(someone(1, LYON), someone(2, VIENNE, home_radius_km=50), someone(3, PARIS))
    assert ask.found("lieu=departement:69") == [1]
    assert ask.found("lieu=departement:38") == [2]
    assert ask.found("lieu=region:84") == [1, 2]


def test_s7_overseas_departements_are_included(ask: Asker):
    ask.among(someone(1, SAINT_DENIS), someone(2, SAINT_DENIS_REUNION), someone(3, SAINT_PAUL))
    assert ask.found("lieu=974") == [2, 3]
    assert ask.found("lieu=97400") == [2, 3]
    assert ask.found("lieu=commune:93066") == [1]
    assert ask.found("lieu=97400&tri=distance") == [2, 3]


def test_s8_whoever_was_withdrawn_is_not_shown_whatever_an_engine_still_holds(ask: Asker):
    from search.models import SearchEntry

    ask.among(someone(1), someone(2))
    SearchEntry.objects.filter(pk=1).delete()
    assert [hit.practitioner_id for hit in ask.results().hits] == [2]


def test_s8_pages_beyond_what_elasticsearch_keeps_in_order_are_answered_too(
    ask: Asker, monkeypatch: pytest.MonkeyPatch
):
    from search.engines import elastic

    monkeypatch.setattr(elastic, "WINDOW", 40)
    ask.among(*(someone(n, score=40 + n % 5) for n in range(1, 70)))
    pages = [[hit.practitioner_id for hit in ask.results(f"page={n}").hits] for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 20, 9]
    assert sorted(pk for page in pages for pk in page) == list(range(1, 70))
    assert [pk for page in pages for pk in page] == sorted(range(1, 70), key=lambda n: (-(n % 5), n))


@pytest.mark.parametrize(
    "text", ["*:*", "sophrologie OR hypnose", "soph*", '"sophrologie"', "+sophrologie -hypnose", "a" * 200, "🙂"]
)
def test_operators_are_words_and_nothing_else(ask: Asker, text: str):
    ask.among(someone(1, texts=("sophrologie",)), someone(2, texts=("hypnose",), practices=("hypnose",)))
    parameters = QueryDict(mutable=True)
    parameters["q"] = text
    query = parse(parameters, today=clock.today()).query
    assert [hit.practitioner_id for hit in ask.engine.search(query).hits] in ([], [1])
