import pytest

from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/practitioners/"


def test_the_promised_shape(client, listed):
    practice = PracticeFactory(name="Sophrologie", slug="sophrologie")
    person = listed(slug="claire-morel", first_name="Claire", last_name="Morel", practices=[practice])
    answer = client.get(URL, {"q": "sophrologie", "lieu": "Lyon"})
    assert answer.status_code == 200
    body = answer.json()
    assert {key: body[key] for key in ("count", "page", "pages", "engine", "corrected")} == {
        "count": 1, "page": 1, "pages": 1, "engine": "embedded", "corrected": None,
    }  # fmt: skip
    (result,) = body["results"]
    assert set(result) == {"slug", "name", "url", "practices", "place", "distance_km", "next_slot", "ranking", "why"}
    assert (result["slug"], result["name"], result["url"]) == (
        "claire-morel",
        "Claire Morel",
        "/praticiens/claire-morel/",
    )
    assert (result["practices"], result["place"], result["distance_km"]) == (["Sophrologie"], "Lyon (69)", 0.0)
    assert set(result["ranking"]) == {"online_booking", "review_score", "completeness", "partner", "listed_on"}
    assert result["ranking"]["listed_on"] == person.listed_at.date().isoformat()
    assert result["why"]
    assert body["facets"]["pratique"] == [{"value": "sophrologie", "label": "Sophrologie", "count": 1}]
    assert set(body["facets"]) == {"pratique", "theme", "mode", "langue", "paiement"}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("mode", "telepathie"), ("pratique", "inconnue"), ("lieu", "nullepart"), ("rayon", "7"), ("page", "0"), ("page", "abc"),
        ("tri", "prix"), ("prix_max", "cher"), ("disponible", "hier"), ("q", "a" * 10_000), ("bbox", "1"), ("autour", "x,y"),
    ],
)  # fmt: skip
def test_an_unknown_value_is_refused_by_name(client, france, parameter: str, value: str):
    answer = client.get(URL, {parameter: value})
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert [problem["loc"] for problem in detail] == [["query", parameter]]
    assert detail[0]["msg"]


def test_an_ambiguous_town_is_refused_with_the_exact_forms(client, france):
    answer = client.get(URL, {"lieu": "Saint-Denis"})
    assert answer.status_code == 422
    assert "commune:97411" in answer.json()["detail"][0]["msg"]


def test_a_page_past_the_end_is_empty(client, listed):
    listed()
    for page in ("2", "999999999999"):
        body = client.get(URL, {"page": page}).json()
        assert (body["count"], body["results"]) == (1, [])


def test_nul_is_a_bad_request(client, db):
    assert client.get(f"{URL}?q=%00").status_code == 400


def test_the_api_answers_in_a_bounded_number_of_queries(client, listed, django_assert_max_num_queries):
    for _n in range(5):
        listed(themes=[ThemeFactory()])
    client.get(URL)
    with django_assert_max_num_queries(8):
        assert client.get(URL, {"lieu": "Lyon", "q": "lyon", "pratique": "sophrologie"}).status_code in {200, 422}


def test_suggestions_come_in_groups(client, listed):
    practice = PracticeFactory(name="Sophrologie", slug="sophrologie", aliases=["relaxation dynamique"])
    listed(
        slug="sophie-lyonnet",
        first_name="Sophie",
        last_name="Lyonnet",
        practices=[practice],
        themes=[ThemeFactory(name="Sommeil", slug="sommeil")],
    )
    groups = {g["kind"]: g["items"] for g in client.get("/api/v1/suggest/", {"q": "so"}).json()["groups"]}
    assert groups["practice"] == [{"label": "Sophrologie", "url": "/recherche/?pratique=sophrologie"}]
    assert groups["theme"] == [{"label": "Sommeil", "url": "/recherche/?theme=sommeil"}]
    assert groups["practitioner"][0]["url"] == "/praticiens/sophie-lyonnet/"
    places = {g["kind"]: g["items"] for g in client.get("/api/v1/suggest/", {"q": "lyon"}).json()["groups"]}
    assert places["place"][0] == {"label": "Lyon (69)", "url": "/recherche/?lieu=commune%3A69123"}
    alias = client.get("/api/v1/suggest/", {"q": "relaxation dyn"}).json()["groups"]
    assert alias[0]["items"][0]["label"] == "Sophrologie"


@pytest.mark.parametrize("typed", ["", "s", "%%", "🙂", "zzzz"])
def test_nothing_to_suggest(client, listed, typed: str):
    listed()
    assert client.get("/api/v1/suggest/", {"q": typed}).json() == {"groups": []}


def test_a_practice_without_anybody_is_not_suggested(client, france):
    PracticeFactory(name="Hypnose", slug="hypnose")
    assert client.get("/api/v1/suggest/", {"q": "hypn"}).json() == {"groups": []}


def test_the_api_describes_itself(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    names = {p["name"] for p in paths["/api/v1/practitioners/"]["get"]["parameters"]}
    assert {
        "q",
        "lieu",
        "autour",
        "rayon",
        "bbox",
        "pratique",
        "theme",
        "langue",
        "mode",
        "disponible",
        "moment",
        "prix_max",
        "note_min",
        "paiement",
        "acces",
        "tri",
        "page",
    } == names
    assert {"/api/v1/places/", "/api/v1/suggest/"} <= set(paths)


def test_the_apis_pages_load_nothing_from_elsewhere(client, db):
    html = client.get("/api/v1/docs/").content.decode()
    assert "/static/ninja/" in html
    assert "cdn." not in html
