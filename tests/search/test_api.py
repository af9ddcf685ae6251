import pytest
from django.utils import timezone

from common.api import network_of
from search import api
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
    assert result["ranking"]["listed_on"] == timezone.localdate(person.listed_at).isoformat()
    assert result["why"]
    assert body["facets"]["pratique"] == [{"value": "sophrologie", "label": "Sophrologie", "count": 1}]
    assert set(body["facets"]) == {
        "pratique", "theme", "mode", "langue", "paiement", "acces", "disponible", "moment", "prix_max", "note_min",
    }  # fmt: skip
    assert (body["next"], body["previous"]) == (None, None)
    assert body["understood"] == [{"kind": "practice", "label": "Sophrologie", "typed": "sophrologie"}]


def test_fixed_facets_give_all_their_values_with_labels(client, listed):
    listed()
    facets = client.get(URL).json()["facets"]
    values = {name: [value["value"] for value in facets[name]] for name in facets}
    assert values["mode"] == ["cabinet", "visio", "domicile"]
    assert values["disponible"] == ["aujourdhui", "semaine"]
    assert values["moment"] == ["matin", "apres-midi", "soir", "samedi"]
    assert (values["prix_max"], values["note_min"]) == (["40", "60", "80", "100"], ["4", "4.5"])
    assert values["acces"] == ["fauteuil"]
    assert all(value["label"] and value["count"] >= 0 for found in facets.values() for value in found)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("mode", "telepathie"), ("pratique", "inconnue"), ("lieu", "nullepart"), ("rayon", "7"), ("page", "0"), ("page", "abc"),
        ("exact", "oui"), ("tri", "prix"), ("prix_max", "cher"), ("disponible", "hier"), ("q", "a" * 10_000), ("bbox", "1"), ("autour", "x,y"),
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
    client.get(URL, {"q": "lyon"})
    with django_assert_max_num_queries(10):
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
    assert groups["practitioner"][0] == {
        "label": "Sophie Lyonnet, sophrologie", "url": "/praticiens/sophie-lyonnet/", "detail": "Lyon (69)",
    }  # fmt: skip
    places = {g["kind"]: g["items"] for g in client.get("/api/v1/suggest/", {"q": "lyon"}).json()["groups"]}
    assert places["place"][0] == {
        "label": "Lyon (69)", "url": "/recherche/?lieu=commune:69123", "detail": "69003",
    }  # fmt: skip
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
        "exact",
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


def test_every_parameter_and_answer_is_described(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path in ("/api/v1/practitioners/", "/api/v1/suggest/", "/api/v1/places/"):
        operation = paths[path]["get"]
        for parameter in operation["parameters"]:
            assert parameter["description"], parameter["name"]
            assert "example" in parameter, parameter["name"]
        assert {"200", "422", "429"} <= set(map(str, operation["responses"]))
        assert operation["summary"]
        assert operation["description"]


def test_the_examples_of_the_description_are_accepted(client, listed):
    listed(practices=[PracticeFactory(slug="sophrologie")], themes=[ThemeFactory(slug="sommeil")])
    parameters = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/practitioners/"]["get"]["parameters"]
    for parameter in parameters:
        assert client.get(URL, {parameter["name"]: parameter["example"]}).status_code == 200, parameter["name"]


def test_the_apis_pages_load_nothing_from_elsewhere(client, db):
    html = client.get("/api/v1/docs/").content.decode()
    assert "/static/ninja/" in html
    assert "cdn." not in html


# Typing errors and words as they are


def test_a_correction_is_told_and_can_be_refused(client, listed):
    listed(practices=[PracticeFactory(name="Naturopathie", slug="naturopathie", noun="naturopathe")])
    body = client.get(URL, {"q": "naturopate"}).json()
    assert (body["count"], body["corrected"]) == (1, "naturopathe")
    body = client.get(URL, {"q": "naturopate", "exact": "1"}).json()
    assert (body["count"], body["corrected"], body["results"]) == (0, None, [])


def test_a_town_said_in_the_text_that_several_bear_is_refused_with_the_exact_forms(client, france):
    answer = client.get(URL, {"q": "saint-denis"})
    assert answer.status_code == 422
    (problem,) = answer.json()["detail"]
    assert problem["loc"] == ["query", "q"]
    assert "commune:97411" in problem["msg"]


# Pages


def test_pages_link_to_each_other(client, listed, monkeypatch):
    monkeypatch.setattr(api, "MOST_PAGES", 50)
    practice = PracticeFactory(slug="sophrologie")
    for _n in range(41):
        listed(practices=[practice])
    seen, address = [], f"{URL}?pratique=sophrologie&lieu=commune:69123"
    while address:
        body = client.get(address).json()
        seen += [result["slug"] for result in body["results"]]
        previous, address = address, body["next"]
    assert (len(seen), len(set(seen)), body["pages"]) == (41, 41, 3)
    assert client.get(body["previous"]).json()["page"] == 2
    assert "lieu=commune:69123" in previous


def test_deep_pages_are_not_given(client, listed, monkeypatch):
    monkeypatch.setattr(api, "MOST_PAGES", 1)
    for _n in range(21):
        listed()
    body = client.get(URL).json()
    assert (body["count"], body["pages"], body["next"]) == (21, 1, None)
    answer = client.get(URL, {"page": "2"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "page"])
    assert client.get(URL, {"page": "3"}).json()["results"] == []


# Caches


@pytest.mark.parametrize("path", [URL, "/api/v1/suggest/?q=so", "/api/v1/places/?q=lyon"])
def test_answers_may_be_kept_and_are_revalidated(client, listed, path):
    listed()
    answer = client.get(path)
    kept = dict(part.strip().partition("=")[::2] for part in answer["Cache-Control"].split(","))
    assert "public" in kept
    assert 0 < int(kept["max-age"]) <= 3600
    # What is said depends on the language chosen, which is in a cookie, and on nothing else.
    assert answer["Vary"].lower().replace(" ", "").split(",") == ["cookie"]
    assert not answer.cookies
    again = client.get(path, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_another_answer_has_another_etag(client, listed):
    listed()
    before = client.get(URL)["ETag"]
    listed()
    assert client.get(URL, headers={"if-none-match": before}).status_code == 200


def test_refusals_are_not_kept(client, france):
    assert "no-store" in client.get(URL, {"mode": "telepathie"})["Cache-Control"]


# Limits


@pytest.fixture
def tight(monkeypatch):
    """Two requests a minute, everywhere."""
    for limit in (*api.SEARCHES, api.SUGGESTIONS):
        monkeypatch.setattr(limit, "requests", 2)


@pytest.mark.parametrize("path", [URL, "/api/v1/suggest/?q=so"])
def test_too_many_requests_of_one_address_are_told_to_come_back(client, france, tight, path):
    answers = [client.get(path) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 86_400
    assert answers[2].json()["detail"]
    assert "no-store" in answers[2]["Cache-Control"]
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_claimed_address_gives_no_other_limit(client, france, tight):
    codes = [client.get(URL, headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code for n in range(3)]
    assert codes == [200, 200, 429]


def test_behind_a_proxy_visitors_have_each_their_limit(client, france, tight, settings):
    settings.TRUSTED_PROXIES = 1
    assert [client.get(URL, headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code for n in range(3)] == [200] * 3


def test_a_subscribers_ipv6_addresses_are_one():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("nonsense") == "unknown"


def test_limits_do_not_refuse_while_the_cache_is_away(client, france, tight, settings):
    settings.CACHES = {"default": {"BACKEND": "common.cache.TolerantRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    assert [client.get(URL).status_code for _n in range(4)] == [200] * 4
