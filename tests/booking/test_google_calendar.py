"""Google Calendar, against a server in the shape of Google's documented answers: one scope, PKCE, busy ranges, revocation."""

import base64
import datetime as dt
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from booking.actions import calendar_sync, calendars
from booking.calendars import google
from booking.calendars.faults import Error, Fault
from booking.models import CalendarConnection, ExternalBusy
from common.clock import now
from tests.booking.calendar_cases import at, busy, sync
from tests.booking.other_servers import Asked, Elsewhere, Reply, elsewhere
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import sign_in_fully

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
PAGE = "/espace-praticien/agenda/liaisons/"


class Google:
    """What its documentation shows: POST /token, POST /revoke, POST /freeBusy."""

    def __init__(self, server: Elsewhere) -> None:
        self.server = server
        self.scope = google.SCOPE
        self.busy: list[tuple[dt.datetime, dt.datetime]] = []
        self.errors: list[dict[str, str]] = []
        self.good_tokens = {"acces-1"}
        self.refused = ""
        self.down = False
        server.answer = self.answer

    def answer(self, asked: Asked) -> Reply:
        if self.down:
            return Reply(status=503)
        return {"/token": self.token, "/revoke": self.revoke, "/freeBusy": self.free_busy}[asked.path](asked)

    def token(self, asked: Asked) -> Reply:
        if self.refused:
            return self.json({"error": self.refused, "error_description": "Bad Request"}, 400)
        access = f"acces-{len(self.good_tokens) + 1}"
        self.good_tokens.add(access)
        body = {"access_token": access, "expires_in": 3599, "token_type": "Bearer", "scope": self.scope}
        if asked.form["grant_type"] == "authorization_code":
            body["refresh_token"] = "1//rafraichir"
        return self.json(body)

    def revoke(self, asked: Asked) -> Reply:
        return self.json({})

    def free_busy(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.good_tokens:
            return self.json({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        first, last = (dt.datetime.fromisoformat(asked.json[name]) for name in ("timeMin", "timeMax"))
        if last - first > dt.timedelta(days=90):
            return self.json({"error": {"code": 400, "errors": [{"reason": "timeRangeTooLong"}]}}, 400)
        found = [
            {"start": f"{max(start, first):%Y-%m-%dT%H:%M:%SZ}", "end": f"{min(end, last):%Y-%m-%dT%H:%M:%SZ}"}
            for start, end in self.busy
            if start < last and end > first
        ]
        mine: dict[str, Any] = {"errors": self.errors, "busy": []} if self.errors else {"busy": found}
        calendars_found = {item["id"]: mine for item in asked.json["items"]}
        return self.json({"kind": "calendar#freeBusy", "timeMin": asked.json["timeMin"], "calendars": calendars_found})

    def json(self, body: Any, status: int = 200) -> Reply:
        return Reply(json.dumps(body).encode(), status, {"Content-Type": "application/json; charset=UTF-8"})

    def asked_of(self, path: str) -> list[Asked]:
        return [asked for asked in self.server.asked if asked.path == path]


@pytest.fixture
def recorded(elsewhere: Elsewhere, settings: Any) -> Google:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "client-id", "client-secret"
    settings.GOOGLE_OAUTH_BASE = settings.GOOGLE_API_BASE = elsewhere.url
    return Google(elsewhere)


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


@pytest.fixture
def office(practitioner: Any) -> Client:
    client = Client()
    sign_in_fully(client, practitioner.user)
    return client


def linked(practitioner: Any) -> CalendarConnection:
    tokens = {"refresh": "1//rafraichir", "access": "acces-1", "until": (now() + dt.timedelta(hours=1)).isoformat()}
    return calendars.link_google(practitioner=practitioner, tokens=tokens, now=now())


def consent(office: Client) -> dict[str, str]:
    answer = office.get(PAGE + "google/")
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def test_one_scope_is_asked_for_with_state_and_pkce(office: Client, recorded: Google) -> None:
    asked = consent(office)
    assert asked["scope"] == "https://www.googleapis.com/auth/calendar.freebusy"
    assert (asked["response_type"], asked["code_challenge_method"], asked["access_type"]) == ("code", "S256", "offline")
    assert len(asked["state"]) >= 32


def test_the_code_is_exchanged_with_the_verifier_and_the_calendar_is_read(
    office: Client, recorded: Google, practitioner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    recorded.busy = [(at(30), at(31))]
    asked = consent(office)
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.get(PAGE + "google/retour/", {"state": asked["state"], "code": "4/code"})
    assert answer["Location"] == PAGE
    (exchange,) = recorded.asked_of("/token")
    verifier = exchange.form["code_verifier"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (challenge, exchange.form["code"]) == (asked["code_challenge"], "4/code")
    assert busy(practitioner) == [(at(30), at(31))]
    assert ExternalBusy.objects.get().summary == ""


@pytest.mark.parametrize("query", [{"state": "autre", "code": "x"}, {"code": "x"}, {"state": "é\udcff", "code": "x"}])
def test_an_answer_that_nobody_asked_for_links_nothing(office: Client, recorded: Google, query: dict[str, str]) -> None:
    consent(office)
    assert (
        office.get(PAGE + "google/retour/", {k: v.encode("utf-8", "replace").decode() for k, v in query.items()})[
            "Location"
        ]
        == PAGE
    )
    assert (recorded.asked_of("/token"), CalendarConnection.objects.count()) == ([], 0)


def test_an_answer_is_used_once(office: Client, recorded: Google) -> None:
    asked = consent(office)
    for _twice in range(2):
        office.get(PAGE + "google/retour/", {"state": asked["state"], "code": "4/code"})
    assert (len(recorded.asked_of("/token")), CalendarConnection.objects.count()) == (1, 1)


def test_saying_no_over_there_links_nothing(office: Client, recorded: Google) -> None:
    asked = consent(office)
    office.get(PAGE + "google/retour/", {"state": asked["state"], "error": "access_denied"})
    assert not CalendarConnection.objects.exists()


def test_a_scope_that_was_unticked_is_no_link(office: Client, recorded: Google) -> None:
    recorded.scope = "openid"
    asked = consent(office)
    office.get(PAGE + "google/retour/", {"state": asked["state"], "code": "4/code"})
    assert not CalendarConnection.objects.exists()


def test_ranges_are_asked_for_in_pieces_and_joined_again(recorded: Google, practitioner: Any) -> None:
    long = (at(24 * 40), at(24 * 60))
    recorded.busy = [(at(30), at(31)), long]
    connection = sync(linked(practitioner))
    assert busy(practitioner) == [(at(30), at(31)), long]
    assert connection.state == "working"
    assert len(recorded.asked_of("/freeBusy")) > 5


def test_an_old_access_token_is_renewed_and_kept(recorded: Google, practitioner: Any) -> None:
    connection = linked(practitioner)
    recorded.good_tokens = {"x"}  # Google withdrew it before its time
    assert sync(connection).state == "working"
    (refresh,) = recorded.asked_of("/token")
    assert (refresh.form["grant_type"], refresh.form["refresh_token"]) == ("refresh_token", "1//rafraichir")
    sync(connection)
    assert len(recorded.asked_of("/token")) == 1


def test_an_access_withdrawn_at_google_keeps_what_is_known_and_asks_to_link_again(
    recorded: Google, practitioner: Any, office: Client
) -> None:
    recorded.busy = [(at(30), at(31))]
    connection = sync(linked(practitioner))
    recorded.good_tokens, recorded.refused = set(), "invalid_grant"
    connection = sync(connection)
    assert (connection.state, connection.last_error, connection.last_error_detail) == (
        "refused",
        Error.REFUSED,
        "invalid_grant",
    )
    assert busy(practitioner) == [(at(30), at(31))]
    recorded.refused = ""
    asked = consent(office)
    office.get(PAGE + "google/retour/", {"state": asked["state"], "code": "4/code"})
    assert CalendarConnection.objects.count() == 1
    assert sync(connection).state == "working"


@pytest.mark.parametrize(
    ("reason", "error"),
    [("notFound", Error.GONE), ("internalError", Error.INCOMPLETE), ("backendError", Error.INCOMPLETE)],
)
def test_an_error_inside_a_good_answer_deletes_nothing(
    recorded: Google, practitioner: Any, reason: str, error: str
) -> None:
    recorded.busy = [(at(30), at(31))]
    connection = sync(linked(practitioner))
    recorded.errors = [{"domain": "global", "reason": reason}]
    assert sync(connection).last_error == error
    assert busy(practitioner) == [(at(30), at(31))]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"calendars":{"primary":{"busy":[{"start":"x"}]}}}',
        b'{"calendars":{"primary":{"busy":[3]}}}',
    ],
)
def test_an_answer_in_another_shape_deletes_nothing(
    elsewhere: Elsewhere, recorded: Google, practitioner: Any, body: bytes
) -> None:
    recorded.busy = [(at(30), at(31))]
    connection = sync(linked(practitioner))
    elsewhere.says(body)
    assert sync(connection).state == "failing"
    assert busy(practitioner) == [(at(30), at(31))]


def test_unlinking_erases_at_once_and_gives_the_access_back_even_later(recorded: Google, practitioner: Any) -> None:
    recorded.busy = [(at(30), at(31))]
    connection = sync(linked(practitioner))
    recorded.down = True
    calendars.unlink(connection=connection, now=now())
    assert busy(practitioner) == []
    calendar_sync.sync(connection_id=connection.pk, now=now())
    assert CalendarConnection.objects.get().state == "leaving"
    recorded.down = False
    calendar_sync.sync(connection_id=connection.pk, now=now())
    assert not CalendarConnection.objects.exists()
    assert recorded.asked_of("/revoke")[-1].form["token"] == "1//rafraichir"


def test_without_a_client_of_googles_it_is_not_offered(office: Client, settings: Any) -> None:
    settings.GOOGLE_CLIENT_ID = ""
    assert "Google Agenda</h3>" not in office.get(PAGE).content.decode()
    assert office.get(PAGE + "google/")["Location"] == PAGE


def test_tokens_are_not_readable_in_the_database(recorded: Google, practitioner: Any) -> None:
    row = CalendarConnection.objects.filter(pk=linked(practitioner).pk).values().get()
    assert not any("rafraichir" in str(value) for value in row.values())


def test_what_google_answers_to_too_many_questions_is_no_refusal(
    elsewhere: Elsewhere, recorded: Google, practitioner: Any
) -> None:
    connection = linked(practitioner)
    elsewhere.says(b'{"error":{"errors":[{"reason":"rateLimitExceeded"}]}}', 403)
    assert sync(connection).last_error == Error.SERVER


def test_a_code_google_does_not_know_is_said(recorded: Google) -> None:
    recorded.refused = "invalid_grant"
    with pytest.raises(Fault):
        google.finish("x", verifier="y", callback="https://h/", now=now())
