"""The map: a drawing with its pins, what its script is told, and nobody else told anything."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from places.models import Commune
from practitioners.models import Practitioner
from search import basemap, finding, geo, mercator, paper_map, towns
from search.actions import entries
from search.engines import clusters as gathering
from search.engines import engine
from search.engines.base import Cluster
from search.models import SearchPoint
from search.pins import pins_of, place_that_matched
from search.query import Query
from tests.factories.practitioners import PracticeFactory, PracticePlaceFactory, PractitionerFactory

Listed = Callable[..., Practitioner]
FRANCE = (-5.3, 41.2, 9.8, 51.2)
AROUND_LYON = (4.5, 45.5, 5.2, 46.0)
HOSTILE = [
    "", "a", "1,2,3", "1,2,3,4,5", "5,45,4,46", "4,46,5,45", "nan,45,5,46", "inf,45,inf,46", "-181,45,5,46", "4,-91,5,46",
    "4,45,4,46", "4" * 10_000, "💆,45,5,46", "٤,45,5,46", "4;45;5;46", "' OR 1=1 --", "\u202e4,45,5,46",
]  # fmt: skip

degrees = st.tuples(st.floats(-85, 85), st.floats(-180, 180))
# As the index stores them: never nearer to zero than a Lucene unit.
stored = degrees.map(lambda place: geo.quantise(*place))


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def ask(client: Client, box: tuple[float, ...] = FRANCE, zoom: int = 5, **parameters: Any) -> Any:
    values = {"vue": ",".join(map(str, box)), "zoom": zoom, **parameters}
    return client.get("/recherche/carte/points/", values)


def drawing(html: str) -> str:
    found = re.search(r'<svg class="paper-map".*?\n</svg>', html, re.S)
    assert found
    return found.group()


# The plane


@given(degrees, st.integers(0, 29))
def test_a_tile_holds_the_points_it_is_found_by(place: tuple[float, float], precision: int) -> None:
    latitude, longitude = place
    west, south, east, north = mercator.box_of_tile(*mercator.tile(latitude, longitude, precision), precision)
    hair = 1e-6
    assert west - hair <= longitude <= east + hair
    assert south - hair <= latitude <= north + hair


@given(degrees)
def test_degrees_come_back_from_the_plane(place: tuple[float, float]) -> None:
    assert mercator.unproject(*mercator.project(*place)) == pytest.approx(place, abs=1e-7)


@given(degrees, st.floats(0.001, 5), st.floats(0.001, 5))
def test_a_window_shows_the_whole_box_it_was_made_for(place: tuple[float, float], wide: float, high: float) -> None:
    latitude, longitude = max(min(place[0], 79), -79), max(min(place[1], 174), -174)
    box = longitude, latitude, longitude + wide, latitude + high
    window = mercator.fit(box, 360, 420, margin=18)
    for corner in ((box[1], box[0]), (box[3], box[2])):
        x, y = window.at(*corner)
        assert -1 <= x <= 361
        assert -1 <= y <= 421


def test_the_finest_precision_is_that_of_the_standard() -> None:
    assert [mercator.precision_of(zoom) for zoom in (0, 5, 27, 28, 40)] == [2, 7, 29, 29, 29]


# Gathered by tiles


@given(st.lists(stored, min_size=1, max_size=25), st.integers(0, 14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_puts_a_place_in_the_tile_that_python_says(
    listed: Listed, places: list[tuple[float, float]], zoom: int
) -> None:
    owner = Practitioner.objects.first() or listed()
    SearchPoint.objects.all().delete()
    SearchPoint.objects.bulk_create(
        SearchPoint(entry_id=owner.pk, latitude=lat, longitude=lng, x=0, y=0, z=0, label="x") for lat, lng in places
    )
    precision = mercator.precision_of(zoom)
    mine = {mercator.tile(lat, lng, precision) for lat, lng in places}
    found = gathering.of_ids([owner.pk], (-180, -90, 180, 90), zoom)
    # One entry, so one a tile; the middle of a tile's places is in the tile.
    assert [cluster.count for cluster in found] == [1] * len(mine)
    assert {mercator.tile(cluster.latitude, cluster.longitude, precision) for cluster in found} == mine
    assert {cluster.practitioner_id for cluster in found} == {owner.pk}


def test_clusters_count_what_the_list_counts_in_the_same_box(listed: Listed) -> None:
    for insee in ("69123", "69123", "69266", "38544", "75056", "97411"):
        listed(insee)
    for box in (FRANCE, AROUND_LYON, (55, -22, 56, -20), (0, 0, 1, 1)):
        expected = finding.find(Query(bbox=box), facets=False).count
        for zoom in (0, 5, 9, 14):
            assert sum(cluster.count for cluster in engine().clusters(Query(), box, zoom)) == expected


def test_clusters_obey_the_question(listed: Listed) -> None:
    listed("69123", languages=["fr", "it"])
    listed("69123")
    (cluster,) = engine().clusters(Query(languages=("it",)), AROUND_LYON, 8)
    assert cluster.count == 1
    assert engine().clusters(Query(text="…"), AROUND_LYON, 8) == []


def test_somebody_with_two_places_counts_once_in_a_tile_and_once_in_each_of_two(
    france: dict[str, Commune], listed: Listed
) -> None:
    both = PractitionerFactory(place=france["69123"])
    PracticePlaceFactory(practitioner=both, commune=france["69266"])
    entries.refresh(both.pk)
    assert [(c.count, c.practitioner_id) for c in engine().clusters(Query(), AROUND_LYON, 3)] == [(1, both.pk)]
    apart = engine().clusters(Query(), AROUND_LYON, 12)
    assert [(c.count, c.practitioner_id) for c in apart] == [(1, both.pk)] * 2


def test_where_only_home_visits_start_nobody_is_received(france: dict[str, Commune]) -> None:
    visitor = PractitionerFactory(place=False, home_radius_km=20, postal_code="69003")
    entries.refresh(visitor.pk)
    assert finding.find(Query(), facets=False).count == 1
    assert engine().clusters(Query(), AROUND_LYON, 8) == []


@given(st.lists(st.tuples(st.floats(41, 51), st.floats(-5, 9)), max_size=12), st.integers(0, 14), st.data())
def test_pins_leave_their_tiles(places: list[tuple[float, float]], zoom: int, data: st.DataObject) -> None:
    """What is left is the clusters of the others."""
    precision = mercator.precision_of(zoom)

    def gathered(some: list[tuple[float, float]]) -> Counter[tuple[int, int]]:
        return Counter(mercator.tile(lat, lng, precision) for lat, lng in some)

    shown = data.draw(st.lists(st.sampled_from(range(len(places))), unique=True)) if places else []
    middles = {mercator.tile(lat, lng, precision): (lat, lng) for lat, lng in places}
    all_of_them = [Cluster(n, *middles[tile]) for tile, n in gathered(places).items()]
    left = gathering.without(all_of_them, [[places[i]] for i in shown], (-180, -90, 180, 90), zoom)
    others = gathered([place for i, place in enumerate(places) if i not in shown])
    assert {mercator.tile(c.latitude, c.longitude, precision): c.count for c in left} == dict(others)


# What the script is told


def test_pins_are_numbered_like_the_cards_of_their_page(client: Client, listed: Listed) -> None:
    for _ in range(23):
        listed("69123")
    cards = re.findall(
        r'id="resultat-(\d+)".*?result-name">.*?<a href="([^"]+)"',
        client.get("/recherche/?page=2").content.decode(),
        re.S,
    )
    pins = ask(client, page=2).json()["pins"]
    assert [(str(pin["number"]), pin["url"]) for pin in pins] == cards
    assert [pin["number"] for pin in pins] == [21, 22, 23]


def test_pins_and_clusters_make_up_the_whole_list(client: Client, listed: Listed) -> None:
    for _ in range(23):
        listed("69123")
    alone = listed("75056")
    body = ask(client).json()
    assert body["count"] == 24
    assert len(body["pins"]) == 20
    assert sum(cluster["count"] for cluster in body["clusters"]) == 4
    known = [cluster for cluster in body["clusters"] if "url" in cluster]
    listed_ids = {pin["url"] for pin in body["pins"]}
    assert (f"/praticiens/{alone.slug}/" in listed_ids) != any(c["url"] == f"/praticiens/{alone.slug}/" for c in known)


def test_a_cluster_leads_to_those_it_counts(client: Client, listed: Listed) -> None:
    for insee in ("69123", "69123", "69266", "38544", "75056", "97411"):
        listed(insee)
    for box, zoom in ((FRANCE, 4), (FRANCE, 7), (AROUND_LYON, 10)):
        # Past the last page nobody has a pin.
        clusters = ask(client, box, zoom, page=9).json()["clusters"]
        assert clusters
        for cluster in clusters:
            there = Query(bbox=tuple(map(float, cluster["bbox"].split(","))))  # type: ignore[arg-type]
            assert finding.find(there, facets=False).count == cluster["count"]


def test_a_corrected_word_is_corrected_on_the_map_too(client: Client, listed: Listed) -> None:
    naturopathy = PracticeFactory(name="Naturopathie", slug="naturopathie", noun="naturopathe")
    listed("69123", practices=[naturopathy])
    listed("69266", practices=[naturopathy])
    listed("75056")
    body = ask(client, q="naturopate", page=9).json()
    assert body["count"] == sum(cluster["count"] for cluster in body["clusters"]) == 2


def test_a_pin_says_what_the_card_says(client: Client, listed: Listed) -> None:
    listed("69123", first_name="Claire", last_name="Morel")
    (pin,) = ask(client).json()["pins"]
    assert pin["title"].startswith("1. Claire Morel, 60,00\u00a0€")
    assert (pin["place"], pin["home"]) == ("Lyon (69)", False)
    assert (pin["lat"], pin["lng"]) == pytest.approx((45.7677, 4.8354), abs=1e-5)


@pytest.mark.parametrize("view", HOSTILE)
def test_a_view_that_is_none_is_refused_by_name(client: Client, db: None, view: str) -> None:
    for path in ("/recherche/carte/points/", "/recherche/carte/communes/"):
        answer = client.get(path, {"vue": view, "zoom": "5"})
        assert answer.status_code == 422
        (problem,) = answer.json()["detail"]
        assert problem["loc"] == ["query", "vue"]
        assert problem["msg"]


@pytest.mark.parametrize("zoom", ["", "-1", "5.55", "5.", "20", "19.1", "1e3", "²", "٥", "9" * 400])
def test_a_zoom_that_is_none_is_refused_by_name(client: Client, db: None, zoom: str) -> None:
    answer = ask(client, zoom=zoom)
    assert answer.status_code == 422
    assert ["query", "zoom"] in [problem["loc"] for problem in answer.json()["detail"]]


def test_a_nul_byte_is_no_view(client: Client, db: None) -> None:
    assert client.get("/recherche/carte/points/?vue=4,45,5,46%00&zoom=5").status_code in {400, 422}


def test_a_question_that_is_not_understood_is_refused_by_name(client: Client, france: object) -> None:
    answer = ask(client, lieu="Atlantis", rayon="7")
    assert answer.status_code == 422
    assert {problem["loc"][1] for problem in answer.json()["detail"]} == {"lieu", "rayon"}


def test_the_whole_country_street_by_street_is_too_much(client: Client, db: None) -> None:
    for path in ("/recherche/carte/points/", "/recherche/carte/communes/"):
        answer = client.get(path, {"vue": ",".join(map(str, FRANCE)), "zoom": "14"})
        assert answer.status_code == 422


def test_answers_may_be_kept_for_a_while(client: Client, france: object) -> None:
    assert "max-age=60" in ask(client)["Cache-Control"]
    towns_answer = client.get("/recherche/carte/communes/", {"vue": "4.5,45.5,5.2,46.0", "zoom": "10"})
    assert "max-age=86400" in towns_answer["Cache-Control"]
    assert "Lyon" in [town[0] for town in towns_answer.json()["towns"]]


def test_moving_the_map_costs_a_fixed_number_of_queries(client: Client, listed: Listed) -> None:
    for _ in range(3):
        listed("69123")
    ask(client)
    with CaptureQueriesContext(connection) as few:
        ask(client)
    for insee in ("69266", "38544", "75056", "42218"):
        listed(insee)
    with CaptureQueriesContext(connection) as many:
        ask(client)
    assert len(many) <= len(few) + 1 <= 12


# The drawing


@pytest.mark.parametrize("place", ["", "Lyon", "Paris", "974", "69", "region:84"])
def test_a_drawing_is_light_and_links_each_pin_to_its_card(client: Client, listed: Listed, place: str) -> None:
    for insee in ("69123", "69266", "38544", "75056", "97411") * (2 if place else 4):
        listed(insee)
    html = client.get("/recherche/", {"lieu": place} if place else {}).content.decode()
    svg = drawing(html)
    assert len(svg.encode()) <= 35 * 1024
    pins = re.findall(r'<a class="map-pin[^"]*" href="#(resultat-\d+)"', svg)
    assert pins == sorted(pins, key=lambda anchor: int(anchor.rpartition("-")[2]))
    assert pins
    assert set(pins) == set(re.findall(r'<article[^>]* id="(resultat-\d+)"', html))


def test_the_map_has_a_page_of_its_own_with_the_same_question(client: Client, listed: Listed) -> None:
    for _ in range(22):
        listed("69123")
    listed("75056")
    html = client.get("/recherche/carte/", {"lieu": "Lyon", "langue": "fr"}).content.decode()
    assert re.findall(r'<li class="map-row" id="resultat-(\d+)"', html) == [str(n) for n in range(1, 21)]
    assert 'href="/recherche/?lieu=commune:69123&amp;langue=fr"' in html
    (cluster,) = re.findall(r'<a class="map-cluster" href="([^"]+)" aria-label="([^"]+)"', html)
    assert cluster[1].startswith("2 ")
    # Without a script, a cluster is a link to the same question in its tile.
    narrowed = parse_qs(urlsplit(cluster[0].replace("&amp;", "&")).query)
    assert set(narrowed) == {"langue", "bbox"}
    assert "22 " in client.get("/recherche/carte/", narrowed).content.decode()


def test_an_unknown_place_is_chosen_on_the_page_of_results(client: Client, france: object) -> None:
    answer = client.get("/recherche/carte/", {"lieu": "Saint-Denis", "q": "yoga"})
    assert answer.status_code == 302
    assert answer["Location"] == "/recherche/?lieu=Saint-Denis&q=yoga"


def test_pages_without_anybody_still_have_a_map(client: Client, france: object) -> None:
    for parameters in ({}, {"lieu": "Lyon"}, {"q": "introuvable"}, {"page": "9"}, {"bbox": "0,0,0,0"}):
        assert client.get("/recherche/carte/", parameters).status_code == 200


def test_results_overseas_show_where_they_are(listed: Listed) -> None:
    listed("97411")
    hits = finding.find(Query(), facets=False).hits
    pins = pins_of(Query(), hits, first=1)
    (sheet,) = paper_map.sheets(Query(), pins)
    assert sheet.window.holds(-20.879, 55.4486)
    west, south, east, north = sheet.window.box
    assert east - west < 1.2
    assert north - south < 1.2


def test_the_country_and_overseas_are_drawn_together(listed: Listed) -> None:
    listed("69123")
    listed("97411")
    pins = pins_of(Query(), finding.find(Query(), facets=False).hits, first=1)
    sheets = paper_map.sheets(Query(), pins)
    assert [sheet.name for sheet in sheets[1:]] == list(paper_map.OVERSEAS.values())
    drawn = paper_map.draw(Query(), pins, [], sheets, 5)
    reunion = sheets[4]
    assert len(drawn.marks) == 2
    inside = [m for m in drawn.marks if reunion.x <= m.x <= reunion.x + paper_map.INSET_WIDTH and m.y >= reunion.y]
    assert len(inside) == 1


@given(st.lists(st.tuples(st.integers(20, 340), st.integers(20, 400)), min_size=1, max_size=20))
@settings(deadline=None)
def test_no_pin_hides_another(places: list[tuple[int, int]]) -> None:
    layout = paper_map.Layout()
    drawn = [layout.place(x, y, paper_map.PIN)[:2] for x, y in places]
    for number, (x, y) in enumerate(drawn):
        assert 0 <= x <= paper_map.WIDTH
        assert 0 <= y <= paper_map.HEIGHT
        for other_x, other_y in drawn[:number]:
            # The discs are 12 wide on each side: they touch at 24.
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= 24**2


def test_neighbours_keep_the_same_border_however_far_one_looks() -> None:
    """No département loses its shape, none is drawn twice, and the sea stays the sea."""
    window = mercator.fit(paper_map.METROPOLE, 360, 420)
    drawn = basemap.background(window)
    assert drawn.land.count("M") >= 96
    assert basemap.background(window) is drawn


def test_the_place_of_a_pin_is_the_one_that_answers() -> None:
    lyon, paris = [45.76, 4.83, True, "Lyon (69)"], [48.85, 2.34, True, "Paris (75)"]
    assert place_that_matched(Query(), [paris, lyon]) == paris
    assert place_that_matched(Query(around=(45.7, 4.9)), [paris, lyon]) == lyon
    assert place_that_matched(Query(bbox=AROUND_LYON), [paris, lyon]) == lyon
    assert place_that_matched(Query(), [paris, lyon], frozenset(["69"])) == lyon
    assert place_that_matched(Query(), []) is None


def test_names_never_cover_one_another(france: object) -> None:
    window = mercator.fit(AROUND_LYON, 360, 420)
    shown = towns.shown(window)
    assert "Lyon" in [town.name for town in shown]
    assert towns.shown(window, taken=[(0, 0, 360, 420)]) == []
