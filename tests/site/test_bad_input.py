"""Whatever is sent, the site answers with words: an error of the reader's (4xx) or an ignored value, never 500."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Appointment, Payment
from practitioners.models import Practitioner, Review
from tests.site.access_paths import PATHS, path_of
from tests.site.addresses import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_site")]

LONG = "é" * 10_000
HUGE = "9" * 400
VALUES = {
    "a NUL byte": "so\x00phro",
    "10 000 characters": LONG,
    "a huge number": HUGE,
    "a negative number": "-1",
    "digits of another script": "١٢٣",
    "an isolated surrogate": "\udcff",
    "an operator of the query language": "' OR 1=1; -- \\ & | ! <-> %s {{ 7*7 }}",
    "control characters": "\r\n\t\x1b\u202e\u2028",
    "nothing": "",
    "blanks": " \u00a0 ",
}
# No form can carry half a character; an address can, by its bytes.
TYPED = {name: value for name, value in VALUES.items() if "\udcff" not in value}
SEARCH = (
    "q", "lieu", "rayon", "page", "tri", "pratique", "theme", "mode", "disponible", "moment", "prix_max", "note_min", "langue",
    "paiement", "acces", "autour", "bbox", "date",
)  # fmt: skip
# What each public address reads from its query.
QUERIES: dict[str, tuple[str, ...]] = {
    "/recherche/": SEARCH,
    "/pratiques/sophrologie/": SEARCH,
    "/pratiques/sophrologie/lyon/": SEARCH,
    "/thematiques/sommeil/lyon/": SEARCH,
    "/recherche/alertes/": ("query", "email", "months"),
    "/sitemap-pratiques.xml": ("p",),
    "/thematiques/sommeil/": ("lieu", "page"),
    "/articles/": ("page", "theme"),
    "/praticiens/edwige-meunier/": ("service", "avis", "du", "prestation"),
    "/rendez-vous/avec/edwige-meunier/": ("service",),
    "/rendez-vous/avec/edwige-meunier/horaires/": ("service", "du"),
    "/documents/cgu/comparer/": ("de", "a", "tout"),
    "/api/v1/practitioners/": SEARCH,
    "/api/v1/practitioners/edwige-meunier/slots/": ("service", "from", "to", "days", "du"),
    "/api/v1/places/": ("q", "limit"),
    "/api/v1/suggest/": ("q",),
    "/compte/connexion/": ("next",),
    "/demo/mailbox/": ("page", "a"),
}


@pytest.fixture(autouse=True)
def visitor(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def service() -> int:
    return Practitioner.objects.get(slug="edwige-meunier").services.earliest("pk").pk


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize(("path", "names"), QUERIES.items(), ids=QUERIES)
def test_a_query_of_nonsense_is_refused_or_ignored(
    client: Client, path: str, names: tuple[str, ...], value: str
) -> None:
    fixed = {"service": service()} if path.endswith(("/horaires/", "/slots/")) else {}
    wrong = {}
    for name in names:
        try:
            answer = client.get(path, {**fixed, name: value.encode("utf-8", "surrogateescape")})
        except Exception as error:  # noqa: BLE001 - whatever escapes the site is the failure
            wrong[name] = repr(error)[:200]
            continue
        if answer.status_code >= 500:
            wrong[name] = answer.status_code
    assert not wrong


@pytest.mark.parametrize("path", QUERIES)
def test_a_parameter_given_twice_or_badly_encoded(client: Client, path: str) -> None:
    for query in (
        "q=a&q=b&page=2&page=x&service=1&service=2&lieu=Lyon&lieu=Paris",
        "q=%ff%fe%00&lieu=%E9&page=%F0",
        "%%%=&&&=;",
        "q[]=1&q[a][b]=2",
    ):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code < 500, query


def test_an_unknown_place_is_said(client: Client) -> None:
    answer = client.get("/recherche/", {"q": "sophrologie", "lieu": "Xyzzyville-sur-Rien"})
    assert answer.status_code < 500
    assert "Xyzzyville" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-3", "2", HUGE, "dernière", "1.5"])
def test_a_page_that_does_not_exist(client: Client, page: str) -> None:
    assert client.get("/recherche/", {"q": "sophrologie", "page": page}).status_code in {200, 301, 302, 404}


def test_an_empty_search_shows_everybody(client: Client) -> None:
    answer = client.get("/recherche/", {"q": "", "lieu": ""}, follow=True)
    assert answer.redirect_chain == [("/recherche/", 302)]
    assert answer.status_code == 200
    assert "article" in answer.content.decode()


# Addresses

SEGMENTS = ["%00", "%ff", "..", "x" * 3000, HUGE, "-1", "%F0%9F%92%A9", "a%2Fb", "<script>"]


@pytest.mark.parametrize("segment", SEGMENTS, ids=lambda text: text[:12])
def test_an_address_of_nonsense_is_not_found(client: Client, segment: str) -> None:
    wrong = {}
    for route in PATHS:
        pieces = re.split(r"<[^>]+>", route)
        if len(pieces) == 1 or any(sign in route for sign in "(^"):
            continue
        path = "/" + segment.join(pieces)
        try:
            status = client.get(path).status_code
        except Exception as error:  # noqa: BLE001
            status = repr(error)[:120]
        if status not in {302, 400, 403, 404, 405, 410, 414, 200, 422}:
            wrong[path[:120]] = status
    assert not wrong


# What is posted

FORMS: dict[str, Callable[[], str]] = {
    "hold a time": lambda: "/rendez-vous/reserver/",
    "sign in": lambda: "/compte/connexion/",
    "ask for a code": lambda: "/compte/connexion/code/",
    "forget a password": lambda: "/compte/mot-de-passe/oublie/",
    "sign up": lambda: "/compte/inscription/",
    "report": lambda: f"/signaler/avis/{Review.objects.published().earliest('pk').pk}/",
    "enter the demo": lambda: "/demo/login/nobody/",
    "Stripe's webhook": lambda: "/webhooks/stripe/",
    "search, which is read only": lambda: "/recherche/",
    "API, which is read only": lambda: "/api/v1/practitioners/",
}
FIELDS = (
    "practitioner",
    "service",
    "start",
    "etapes",
    "login",
    "password",
    "email",
    "ground",
    "text",
    "honest",
    "next",
    "code",
)
BODIES: dict[str, tuple[str | bytes, str]] = {
    "JSON": ('{"a": [1, {"b": null}]}', "application/json"),
    "broken JSON": ("{", "application/json"),
    "bytes": (b"\x00\xff\xfe" * 100, "application/octet-stream"),
    "XML": ("<a/>", "text/xml"),
    "a form without its boundary": (b"--x\r\n", "multipart/form-data"),
    "a form cut short": (b'--x\r\nContent-Disposition: form-data; name="a"', "multipart/form-data; boundary=x"),
    "an unknown charset": (b"a=1", "application/x-www-form-urlencoded; charset=klingon"),
    "bad percent sequences": (b"start=%ff%00%zz&service=%E9&email=%F0%9F", "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("where", FORMS.values(), ids=FORMS)
def test_a_body_of_the_wrong_kind(client: Client, where: Callable[[], str], body: tuple[str | bytes, str]) -> None:
    content, kind = body
    assert client.generic("POST", where(), content, kind).status_code < 500


def holds() -> set[int]:
    """The demo has one of its own: a time offered to somebody who waits."""
    return set(Appointment.objects.filter(status="held").values_list("pk", flat=True))


@pytest.mark.parametrize("value", TYPED.values(), ids=TYPED)
@pytest.mark.parametrize("where", FORMS.values(), ids=FORMS)
def test_fields_of_nonsense(client: Client, where: Callable[[], str], value: str) -> None:
    known = holds()
    answer = client.post(where(), dict.fromkeys(FIELDS, value))
    assert answer.status_code < 500
    assert holds() == known


@pytest.fixture
def held(client: Client) -> Appointment:
    """A time held by this visitor."""
    practitioner = Practitioner.objects.get(slug="edwige-meunier")
    page = client.get(f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service()}&du=").content.decode()
    first = re.search(r'name="start" value="([^"]+)"', page)
    assert first, "no free time"
    answer = client.post(
        "/rendez-vous/reserver/", {"practitioner": practitioner.slug, "service": service(), "start": first[1]}
    )
    assert answer.status_code == 302, answer.content.decode()[:300]
    return Appointment.objects.get(reference=answer["Location"].split("/")[2])


@pytest.mark.parametrize("value", TYPED.values(), ids=TYPED)
def test_details_of_nonsense_are_refused(client: Client, held: Appointment, value: str) -> None:
    path = reverse("booking:details", args=[held.reference])
    fields = ("first_name", "last_name", "email", "phone", "whom", "attendee_first_name", "attendee_last_name", "adult")
    answer = client.post(path, dict.fromkeys(fields, value))
    assert answer.status_code in {400, 422}
    held.refresh_from_db()
    assert held.contact_email == ""
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("shown", ["0", "1", "-100", "", "abc", HUGE])
def test_a_tampered_price_is_shown_again_and_never_charged(client: Client, held: Appointment, shown: str) -> None:
    details = {
        "first_name": "Claire",
        "last_name": "Fontanel",
        "email": "claire@exemple.fr",
        "whom": "moi",
        "adult": "on",
    }
    assert client.post(reverse("booking:details", args=[held.reference]), details).status_code == 302
    check = reverse("booking:check", args=[held.reference])
    page = client.get(check)
    fields = page.context["form"].fields
    data = {name: field.initial if name.endswith("_version") else "on" for name, field in fields.items()} | {
        "shown_cents": shown
    }
    answer = client.post(check, data)
    assert answer.status_code in {409, 422}
    assert not Payment.objects.filter(appointment=held).exists()


@pytest.mark.parametrize(
    "start",
    [
        "2001-01-01T10:00:00+00:00",
        "2099-01-01T10:00:00+00:00",
        "2026-11-31T10:00:00Z",
        "10:00",
        "2026-12-01T10:00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_that_is_past_or_was_never_offered_is_not_held(client: Client, start: str) -> None:
    known = holds()
    answer = client.post(
        "/rendez-vous/reserver/", {"practitioner": "edwige-meunier", "service": service(), "start": start}
    )
    assert answer.status_code in {409, 422}
    assert holds() == known


def test_the_service_of_somebody_else_is_not_held(client: Client) -> None:
    other = Practitioner.objects.listed().exclude(slug="edwige-meunier").filter(services__isnull=False).first()
    assert other is not None
    wanted = {
        "practitioner": "edwige-meunier",
        "service": other.services.first().pk,
        "start": "2026-12-01T10:00:00+01:00",
    }
    assert client.post("/rendez-vous/reserver/", wanted).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head", "trace"])
def test_no_address_breaks_under_another_method(client: Client, method: str) -> None:
    wrong = {}
    for route in routes():
        path = path_of(route)
        status = getattr(client, method)(path).status_code
        if status >= 500:
            wrong[path] = status
    assert not wrong
