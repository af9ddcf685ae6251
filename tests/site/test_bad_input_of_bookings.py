"""Every address of bookings and of the practitioner's office, for each who may come there, with nonsense: never 500."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from tests.plugins.people import sign_in_fully
from tests.site.access_paths import path_of
from tests.site.addresses import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_site")]

AREAS = (
    "rendez-vous/",
    "espace-praticien/",
    "compte/series",
    "compte/proches",
    "compte/notifications",
    "widget",
    "s/<",
)
SIGNS = "\U0001f486\u202e' -- {client.__class__} %s {{ 7*7 }}\r\nBcc: a@b.example"
# More was tried once on all of them (`test_bad_input.VALUES`); kept is what found something, or may.
TRIED = {
    "the client, signs": ("client", SIGNS),
    "the practitioner, signs": ("practitioner", SIGNS),
    "the practitioner, a number of 64 bits and one": ("practitioner", str(2**63)),
}
# Read from the query by one page or another.
QUERY = (
    "service", "du", "debut", "jour", "vue", "date", "q", "page", "lieu", "semaine", "mois", "start", "heure", "client",
    "fiche", "etat", "etiquette", "duree", "depuis", "jusque", "code", "state", "minutes", "place", "record", "rythme",
    "fois", "moment", "couleur", "theme", "m", "au", "de", "a", "annee", "tri", "series", "group", "avec", "kind", "tell",
)  # fmt: skip
NAMES = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"')


def addresses() -> list[str]:
    return [path_of(route) for route in routes() if route.startswith(AREAS) and "deconnexion" not in route]


def visitor(role: str) -> Client:
    client = Client(raise_request_exception=False)
    sign_in_fully(client, User.objects.get(email=f"{role}@demo.example"))
    return client


def names_in(page: bytes) -> Iterator[str]:
    yield from sorted(
        {unescape(name) for name in NAMES.findall(page.decode("utf-8", "replace"))} - {"csrfmiddlewaretoken"}
    )


@pytest.mark.parametrize(("role", "value"), TRIED.values(), ids=TRIED)
def test_no_address_of_bookings_breaks(role: str, value: str) -> None:
    client, wrong = visitor(role), {}
    for path in addresses():
        bare = path.partition("?")[0]
        shown = client.get(path)
        fields = (
            dict.fromkeys([*names_in(shown.content), *QUERY], value) if "html" in shown.get("Content-Type", "") else {}
        )
        for method, data in (("get", dict.fromkeys(QUERY, value)), ("post", fields)):
            try:
                status = getattr(client, method)(bare, data).status_code
            except Exception as error:  # noqa: BLE001 - whatever escapes the site is the failure
                status = repr(error)[:200]
            if not isinstance(status, int) or status >= 500:
                wrong[f"{method} {bare}"] = status
    assert not wrong
