"""CalDAV servers that answer badly: in pieces, in part, not at all. What was known is kept, and no body reaches a log."""

from collections.abc import Callable
from typing import Any

import pytest

from booking.actions import calendar_sync
from booking.calendars import caldav_client, credentials
from booking.calendars.caldav_client import CalDavClient
from booking.calendars.faults import Error, Fault, Stale
from booking.models import CalendarConnection, PublishedEvent
from common.clock import now
from tests.booking.calendar_cases import at, busy, lasting, link, sync
from tests.booking.other_servers import Asked, Elsewhere, Reply, elsewhere
from tests.booking.test_calendar_expansion import calendar
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.radicale import Radicale

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
HOME = "/dav/agenda/"


def multistatus(*responses: str, token: str = "") -> bytes:
    tail = f"<d:sync-token>{token}</d:sync-token>" if token else ""
    names = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
    return f'<?xml version="1.0"?><d:multistatus {names}>{"".join(responses)}{tail}</d:multistatus>'.encode()


def found(name: str, text: bytes = b"", status: int = 200) -> str:
    data = f"<c:calendar-data>{text.decode()}</c:calendar-data>" if text else ""
    prop = f'<d:prop><d:getetag>"{name}"</d:getetag>{data}</d:prop>'
    return f"<d:response><d:href>{HOME}{name}.ics</d:href><d:propstat>{prop}<d:status>HTTP/1.1 {status} OK</d:status></d:propstat></d:response>"


def missing(name: str, status: int = 404) -> str:
    href = HOME + (f"{name}.ics" if name else "")
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {status} X</d:status></d:response>"


def xml(body: bytes, status: int = 207, **more: Any) -> Reply:
    return Reply(body, status, {"Content-Type": "text/xml; charset=utf-8"}, **more)


@pytest.fixture
def client(elsewhere: Elsewhere) -> CalDavClient:
    return CalDavClient(elsewhere.url + HOME, "claire", "secret")


ONE = multistatus(found("un", calendar("DTSTART:20261103T130000Z")))
EVENTS: dict[str, tuple[Callable[[Asked], Reply], str]] = {
    "cut in the XML": (lambda asked: xml(ONE[:-60]), Error.INCOMPLETE),
    "cut on the way": (lambda asked: xml(ONE, cut_at=100), Error.INCOMPLETE),
    "one of two": (lambda asked: xml(ONE), Error.INCOMPLETE),
    "without its data": (lambda asked: xml(multistatus(found("un"), found("deux"))), Error.INCOMPLETE),
    "a page for people": (lambda asked: Reply(b"<html>Connexion</html>", 200), Error.NOT_A_CALENDAR),
    "an error": (lambda asked: Reply(b"oups", 502), Error.SERVER),
    "too many questions": (lambda asked: Reply(b"", 429, {"Retry-After": "3600"}), Error.SERVER),
    "nobody there": (lambda asked: Reply(b"", 404), Error.GONE),
    "entities": (
        lambda asked: xml(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 207),
        Error.INCOMPLETE,
    ),
}


@pytest.mark.parametrize("how", EVENTS)
def test_an_answer_that_is_not_whole_is_a_fault(elsewhere: Elsewhere, client: CalDavClient, how: str) -> None:
    elsewhere.answer, error = EVENTS[how]
    with pytest.raises(Fault) as refused:
        list(client.events(elsewhere.url + HOME, [f"{HOME}un.ics", f"{HOME}deux.ics"]))
    assert refused.value.error == error


def test_an_event_deleted_between_two_questions_is_gone_and_nothing_else(
    elsewhere: Elsewhere, client: CalDavClient
) -> None:
    elsewhere.answer = lambda asked: xml(
        multistatus(found("un", calendar("DTSTART:20261103T130000Z")), missing("deux"))
    )
    answer = {
        href: text for href, _etag, text in client.events(elsewhere.url + HOME, [f"{HOME}un.ics", f"{HOME}deux.ics"])
    }
    assert answer[f"{HOME}deux.ics"] is None
    assert b"VEVENT" in (answer[f"{HOME}un.ics"] or b"")


def test_changes_that_come_in_pages_are_all_read(elsewhere: Elsewhere, client: CalDavClient) -> None:
    def pages(asked: Asked) -> Reply:
        if b">un<" in asked.body:
            return xml(multistatus(found("a"), missing("b"), missing("", 507), token="deux"))
        return xml(multistatus(found("b"), missing("c"), token="trois"))

    elsewhere.answer = pages
    changes = client.changes(elsewhere.url + HOME, "un")
    assert sorted(changes.changed) == [f"{HOME}a.ics", f"{HOME}b.ics"]
    assert (changes.gone, changes.token) == ({f"{HOME}c.ics"}, "trois")


@pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 501])
def test_a_token_that_is_refused_in_any_way_means_reading_all(
    elsewhere: Elsewhere, client: CalDavClient, status: int
) -> None:
    elsewhere.says(b'<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>', status)
    with pytest.raises(Stale):
        client.changes(elsewhere.url + HOME, "vieux")


def test_a_list_that_the_server_shortened_is_not_taken_for_the_whole(
    elsewhere: Elsewhere, client: CalDavClient
) -> None:
    elsewhere.answer = lambda asked: xml(multistatus(found("un"), missing("", 507)))
    with pytest.raises(Fault) as refused:
        client.between(elsewhere.url + HOME, at(0), at(48))
    assert refused.value.error == Error.TOO_LARGE


def test_no_body_of_theirs_reaches_a_log(
    elsewhere: Elsewhere, client: CalDavClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    elsewhere.answer = lambda asked: xml(b"<d:broken>Dentiste de Claire")
    with pytest.raises(Fault):
        client.token(elsewhere.url + HOME)
    assert "Dentiste" not in caplog.text


# "One of two" is what a smaller calendar answers in good order.
@pytest.mark.parametrize("how", sorted(EVENTS.keys() - {"one of two"}))
def test_trouble_on_the_way_keeps_what_was_known_and_the_next_reading_mends_it(
    radicale: Radicale, elsewhere: Elsewhere, how: str
) -> None:
    """The address of the server is changed under the connection, as if it had broken down, and back."""
    practitioner: Any = PractitionerFactory()
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(50))
    radicale.put("un", *lasting(30))
    connection = sync(link(radicale, practitioner))
    (row,) = connection.calendars.all()
    known, href = credentials.of(connection), row.href
    elsewhere.answer = EVENTS[how][0]
    credentials.keep(connection, {**known, "address": elsewhere.url + HOME})
    connection.calendars.update(href=elsewhere.url + HOME)
    assert sync(connection).state in {CalendarConnection.State.FAILING, CalendarConnection.State.REFUSED}
    assert busy(practitioner) == [(at(30), at(31))]
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"
    assert PublishedEvent.objects.get().removed_outside_at is None
    credentials.keep(connection, known)
    connection.calendars.update(href=href)
    radicale.put("deux", *lasting(34))
    assert sync(connection).state == CalendarConnection.State.WORKING
    assert busy(practitioner) == [(at(30), at(31)), (at(34), at(35))]


def test_one_event_that_cannot_be_written_keeps_no_other_from_it(
    radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    practitioner: Any = PractitionerFactory()
    first, second = (AppointmentFactory(practitioner=practitioner, starts_at=at(hours)) for hours in (30, 40))
    radicale.put("un", *lasting(60))
    connection = link(radicale, practitioner)
    put = caldav_client.CalDavClient.put

    def refuse_first(self: CalDavClient, href: str, text: str, *, etag: str) -> str:
        if first.reference.lower() in href:
            raise Fault(Error.NOT_WRITTEN, "HTTP 403")
        return put(self, href, text, etag=etag)

    with monkeypatch.context() as patched:
        patched.setattr(caldav_client.CalDavClient, "put", refuse_first)
        connection = sync(connection)
    assert (connection.state, connection.last_error) == ("failing", Error.NOT_WRITTEN)
    assert busy(practitioner) == [(at(60), at(61))]
    assert f"mpdbe-{second.reference.lower()}.ics" in radicale.files()
    assert calendar_sync.sync(connection_id=connection.pk, now=now())
    assert len(radicale.files()) == 3
