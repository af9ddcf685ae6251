"""Whatever is typed into an address of the search gets a clear answer: 200, 302, 400, 404 or 422, never 500 and never code."""

import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.practitioners import PracticeFactory, ThemeFactory

pytestmark = pytest.mark.django_db

# Written as they stand in an address, so that what is not even text can be sent.
TYPED = {
    "quotes": quote("""l'"anx'iété" `id` «»"""),
    "operators": quote("a AND b OR NOT (c) && d || !e ^2 ~3 +f -g"),
    "everything": quote("*:*"),
    "lucene": quote('name:"x" [a TO z] {1 TO *} /re.*g/ \\: field:*'),
    "query_string": quote('{"query":{"match_all":{}},"script":"1"}'),
    "json": quote('"}],"aggs":{"x":{"terms":{"field":"_id"}}},"y":["'),
    "sql": quote("'; DROP TABLE search_searchentry; -- \"' OR 1=1 /*"),
    "union": quote("%' UNION SELECT password FROM accounts_user --"),
    "percents": quote("% %% %s %(x)s %d 100%"),
    "wildcards": quote("_____ so_hro? s*"),
    "backslashes": quote("\\ \\\\ \\x00 \\u0000 \\' C:\\"),
    "dollars": quote("$1 $$ ${7*7} #{7*7} {{7*7}} {% debug %}"),
    "html": quote("<script>alert(1)</script><img src=x onerror=alert(1)>"),
    "attribute": quote('" autofocus onfocus="alert(1)'),
    "javascript": quote("javascript:alert(1)//"),
    "emoji": quote("🙂👩‍⚕️🇫🇷"),
    "right_to_left": quote("\u202e\u2066تجربة שלום\u2069"),
    "combining": quote("Z̷̢̛͍a͜͝l̴g̸o" * 20),
    "zero_width": quote("so\u200bphro\u200dlogie\ufeff"),
    "controls": quote("a\tb\r\nc\x0b\x1b[31m\x7f\x85\u2028"),
    "full_width": quote("ｓｏｐｈｒｏｌｏｇｉｅ １２３"),
    "lone_surrogate": "%ED%A0%80",
    "not_utf8": "%FF%FE%C3",
    "half_escape": "%E0%A4%A",
    "noncharacter": "%EF%BF%BF",
    "beyond_bmp": quote("𝓼𝓸𝓹𝓱𝓻𝓸 𐀀"),
    "arrays": quote("{a,b} ARRAY['x'] NULL {NULL} }{"),
    "prefixes": quote("p:sophrologie t:sommeil z:69123 n:claire d:69"),
    "numbers": quote("1e309 -0 NaN Infinity 0x1F 99999999999999999999 ²½Ⅷ٣"),
    "path": quote("../../../etc/passwd"),
    "crlf": quote("x\r\nSet-Cookie: a=b"),
    "template_msgid": quote("%(n)s %(choices)s {0}"),
    "only_stop_words": quote("de la et ou les"),
    "many_words": quote(" ".join(f"mot{n}" for n in range(60)))[:600],
    "ten_thousand": "a" * 10_000,
    "ten_thousand_words": "a+" * 5_000,
    "ten_thousand_accents": quote("é") * 1_700,
}
NUL = ["%00", "a%00b", "sophrologie%00"]
SEARCH_PARAMETERS = [
    "q", "exact", "lieu", "autour", "rayon", "bbox", "pratique", "theme", "langue", "mode", "disponible", "moment", "prix_max",
    "note_min", "paiement", "acces", "tri", "page",
]  # fmt: skip
PAGES = ["/recherche/", "/pratiques/sophrologie/", "/pratiques/sophrologie/lyon/", "/thematiques/sommeil/lyon/"]
MAPS = ["/recherche/carte/", "/recherche/carte/points/", "/recherche/carte/communes/"]
APIS = ["/api/v1/practitioners/", "/api/v1/suggest/", "/api/v1/places/"]
CLEAR = {200, 301, 302, 400, 404, 410, 414, 422}


@pytest.fixture
def somebody(listed):
    practice = PracticeFactory(name="Sophrologie", slug="sophrologie")
    return listed(practices=[practice], themes=[ThemeFactory(name="Sommeil", slug="sommeil")])


def clear(answer) -> str:
    """The body; fails unless the answer is one a person or a program can understand."""
    assert answer.status_code in CLEAR, (answer.status_code, answer.content[:300])
    if answer.streaming:
        return ""
    body = answer.content.decode()
    if answer["Content-Type"].startswith("application/json"):
        answer.json()
        assert answer.status_code in {200, 400, 422}
    else:
        # Nothing typed has become an element or an attribute.
        assert "<script>alert(1)" not in body
        assert "<img src=x" not in body
        assert not re.search(r'\sonfocus="', body)
        assert 'href="javascript:' not in body
    assert "Traceback" not in body
    assert "Set-Cookie: a" not in str(answer.headers)
    return body


@pytest.mark.parametrize("typed", TYPED)
def test_any_text_in_q(client, somebody, typed):
    clear(client.get(f"/recherche/?q={TYPED[typed]}"))
    for api in APIS:
        answer = client.get(f"{api}?q={TYPED[typed]}")
        clear(answer)
        if answer.status_code == 422:
            assert all(problem["loc"] == ["query", "q"] for problem in answer.json()["detail"])
        assert answer.status_code != 400


@pytest.mark.parametrize(
    "typed", ["quotes", "sql", "html", "json", "lone_surrogate", "numbers", "crlf", "ten_thousand"]
)
def test_any_text_in_every_parameter(client, somebody, typed):
    for parameter in SEARCH_PARAMETERS:
        clear(client.get(f"/recherche/?{parameter}={TYPED[typed]}"))
        answer = client.get(f"/api/v1/practitioners/?{parameter}={TYPED[typed]}")
        clear(answer)
        if answer.status_code == 422:
            assert {problem["loc"][1] for problem in answer.json()["detail"]} == {parameter}


@pytest.mark.parametrize(
    "typed", ["quotes", "sql", "html", "json", "lone_surrogate", "numbers", "ten_thousand", "emoji"]
)
def test_any_text_on_the_map(client, somebody, typed):
    for address in MAPS:
        for parameter in ("q", "lieu", "bbox", "zoom", "z"):
            clear(client.get(f"{address}?{parameter}={TYPED[typed]}"))


@pytest.mark.parametrize(
    "typed", ["quotes", "sql", "html", "lone_surrogate", "ten_thousand", "right_to_left", "everything"]
)
def test_any_text_on_landing_pages(client, somebody, typed):
    for page in PAGES[1:]:
        clear(client.get(f"{page}?q={TYPED[typed]}&lieu={TYPED[typed]}"))
        clear(client.get(f"{page}?page={TYPED[typed]}&mode={TYPED[typed]}"))
    clear(client.get(f"/pratiques/{TYPED[typed][:300]}/"))
    clear(client.get(f"/pratiques/sophrologie/{TYPED[typed][:300]}/"))


@pytest.mark.parametrize("nul", NUL)
def test_nul_is_a_bad_request_everywhere(client, somebody, nul):
    for address in [*PAGES, *MAPS, *APIS]:
        assert client.get(f"{address}?q={nul}").status_code == 400


def test_everything_is_not_everybody(client, somebody):
    """Lucene's "all documents" are two signs in which there is no word."""
    assert client.get("/api/v1/practitioners/?q=*:*").json()["count"] == 0


def test_prefixes_of_the_index_cannot_be_typed(client, somebody):
    for typed in ("p:sophrologie", "z:69123", "d:69 r:84", "n:claire"):
        body = client.get("/api/v1/practitioners/", {"q": typed, "exact": "1"}).json()
        words = typed.replace(":", " ")
        assert body["count"] == client.get("/api/v1/practitioners/", {"q": words, "exact": "1"}).json()["count"]


def test_what_was_typed_is_kept_and_escaped(client, somebody):
    body = clear(client.get("/recherche/", {"q": '"><b>sophro', "lieu": "<i>Lyon"}))
    assert "&quot;&gt;&lt;b&gt;sophro" in body
    assert "<b>sophro" not in body
    assert "<i>Lyon" not in body


def test_the_same_parameter_a_thousand_times(client, somebody):
    for address in ("/recherche/", "/api/v1/practitioners/"):
        clear(client.get(address + "?" + "&".join(f"pratique=p{n}" for n in range(900))))
        clear(client.get(address + "?" + "&".join(["mode=visio"] * 900)))


ANYTHING = st.text(max_size=60) | st.text(alphabet="'\"\\%_*:(){}[]<>&|!+-~^$#@;,./ aé0", max_size=60)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=ANYTHING)
def test_whatever_is_typed_in_q(client, somebody, q):
    for address in ["/recherche/", *APIS]:
        answer = client.get(address, {"q": q})
        clear(answer)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(SEARCH_PARAMETERS), ANYTHING, max_size=6))
def test_any_text_in_several_parameters(client, somebody, values):
    for address in ("/recherche/", "/api/v1/practitioners/"):
        clear(client.get(address, values))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=40))
def test_any_bytes(client, somebody, raw):
    for address in ["/recherche/", *APIS]:
        clear(client.get(f"{address}?q={quote(raw)}"))
