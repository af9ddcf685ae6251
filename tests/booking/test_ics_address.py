"""Busy times from an ICS address, and everything that can go wrong on the way: what was known stays known."""

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection as database

from booking import slots
from booking.actions import calendar_sync, calendars
from booking.calendars import ics_address, web
from booking.calendars.faults import Error, Fault
from booking.models import AgendaVersion, CalendarConnection, ExternalBusy
from common.clock import now
from common.models import OutboxMessage
from practitioners.models import Practitioner
from tests.booking.calendar_cases import at, busy, lasting, stamp, sync
from tests.booking.other_servers import Asked, Elsewhere, Reply, elsewhere
from tests.booking.test_calendar_expansion import calendar
from tests.factories.booking import bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
State = CalendarConnection.State


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


def linked(elsewhere: Elsewhere, practitioner: Any, **more: Any) -> CalendarConnection:
    return calendars.link_ics(
        practitioner=practitioner,
        **({"label": "Perso", "typed": f"{elsewhere.url}/secret.ics", "show_titles": False, "now": now()} | more),
    )


@pytest.fixture
def known(elsewhere: Elsewhere, practitioner: Any) -> CalendarConnection:
    """A calendar that was read once, with one event."""
    elsewhere.says(calendar(*lasting(30)), headers={"ETag": '"un"', "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT"})
    connection = sync(linked(elsewhere, practitioner))
    assert busy(practitioner) == [(at(30), at(31))]
    return connection


def test_an_unchanged_calendar_is_not_sent_again(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any
) -> None:
    elsewhere.answer = lambda asked: Reply(status=304 if asked.headers.get("if-none-match") == '"un"' else 500)
    assert sync(known).state == State.WORKING
    assert elsewhere.asked[-1].headers["if-modified-since"].startswith("Sun, 01 Nov")
    assert busy(practitioner) == [(at(30), at(31))]


def test_once_a_day_it_is_read_whole_so_that_series_go_on(elsewhere: Elsewhere, known: CalendarConnection) -> None:
    known.calendars.update(listed_at=now() - dt.timedelta(hours=21))
    sync(known)
    assert "if-none-match" not in elsewhere.asked[-1].headers


def test_nothing_is_written_when_nothing_changed(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any
) -> None:
    before = list(ExternalBusy.objects.values_list("pk", flat=True))
    sync(known)
    assert list(ExternalBusy.objects.values_list("pk", flat=True)) == before


BROKEN = {
    "silent": (lambda asked: Reply(status=500), Error.SERVER),
    "closed": (lambda asked: Reply(status=404), Error.GONE),
    "forbidden": (lambda asked: Reply(status=403), Error.REFUSED),
    "page": (lambda asked: Reply(b"<!doctype html>\n<title>Connexion</title>"), Error.NOT_A_CALENDAR),
    "empty": (lambda asked: Reply(b""), Error.NOT_A_CALENDAR),
    "cut": (lambda asked: Reply(calendar(*lasting(30)), cut_at=90), Error.INCOMPLETE),
    "ends early": (lambda asked: Reply(calendar(*lasting(30))[:-30]), Error.INCOMPLETE),
    "garbled": (lambda asked: Reply(b"BEGIN:VCALENDAR\n\xff\xfe\x00:;;\nEND:VCALENDAR"), Error.NOT_A_CALENDAR),
    "huge": (lambda asked: Reply(b"BEGIN:VCALENDAR\n" + b"X-A:b\n" * 1_000_000), Error.TOO_LARGE),
    "circle": (lambda asked: Reply(status=302, headers={"Location": "/encore"}), Error.FORBIDDEN_ADDRESS),
}


def test_a_time_taken_elsewhere_is_not_offered_here_and_comes_back_when_it_is_free(elsewhere: Elsewhere) -> None:
    practitioner, service = bookable_practitioner()
    zone = ZoneInfo("Europe/Paris")
    day = (now() + dt.timedelta(days=3)).astimezone(zone).date()
    start = dt.datetime.combine(day, dt.time(14), zone).astimezone(dt.UTC)

    def offered() -> bool:
        found = slots.free_slots(practitioner=practitioner, service=service, first_day=day, last_day=day, now=now())
        return any(slot.start == start for slot in found[day].slots)

    assert offered()
    elsewhere.says(calendar(f"DTSTART:{stamp(start)}", f"DTEND:{stamp(start + dt.timedelta(hours=1))}"))
    connection = sync(linked(elsewhere, practitioner))
    assert not offered()
    elsewhere.says(status=500)
    sync(connection)
    assert not offered()
    elsewhere.says(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
    sync(connection)
    assert offered()


@pytest.mark.parametrize("how", BROKEN)
def test_whatever_goes_wrong_what_was_known_stays_closed_and_the_error_is_said(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any, how: str
) -> None:
    elsewhere.answer, error = BROKEN[how]
    connection = sync(known)
    assert connection.state == (State.REFUSED if error == Error.REFUSED else State.FAILING)
    assert (connection.last_error, connection.failures) == (error, 1)
    assert connection.last_success_at is not None
    assert connection.next_sync_at is not None
    assert connection.next_sync_at > now()
    assert busy(practitioner) == [(at(30), at(31))]
    elsewhere.says(calendar(*lasting(40)))
    again = sync(connection)
    assert (again.state, again.failures, again.failing_since) == (State.WORKING, 0, None)
    assert busy(practitioner) == [(at(40), at(41))]


@pytest.mark.parametrize("name", ["💆", "a\u202e", "été", "%F0%9F"])
def test_a_name_before_the_host_that_cannot_be_sent_is_a_refused_address(name: str) -> None:
    with pytest.raises(Fault):
        ics_address.look(f"https://{name}:b@127.0.0.1:9/a.ics")


def test_a_server_that_does_not_answer_is_waited_for_only_so_long(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "TIMEOUT", (0.3, 0.3))
    stop = threading.Event()

    def never(asked: Asked) -> Reply:
        stop.wait(3)
        return Reply()

    elsewhere.answer = never
    try:
        assert sync(known).last_error == Error.SLOW
    finally:
        stop.set()
    assert busy(practitioner) == [(at(30), at(31))]


def test_an_event_that_became_unreadable_still_takes_its_time(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any
) -> None:
    other = calendar(*lasting(50)).replace(b"UID:un", b"UID:deux")
    both = calendar("DTSTART:demain").replace(b"END:VCALENDAR\r\n", other[other.index(b"BEGIN:VEVENT") :])
    elsewhere.says(both)
    assert sync(known).state == State.WORKING
    assert busy(practitioner) == [(at(30), at(31)), (at(50), at(51))]


def test_what_it_takes_makes_the_agenda_of_its_owner_new(elsewhere: Elsewhere, practitioner: Any) -> None:
    def age() -> int | None:
        with database.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        return AgendaVersion.objects.filter(practitioner=practitioner).values_list("busy", flat=True).first()

    elsewhere.says(calendar(*lasting(30)))
    connection = linked(elsewhere, practitioner)
    before = age()
    sync(connection)
    assert age() != before


def test_titles_are_kept_only_while_they_are_wanted(elsewhere: Elsewhere, practitioner: Any) -> None:
    elsewhere.says(calendar(*lasting(30), "SUMMARY:Dentiste"))
    connection = sync(linked(elsewhere, practitioner, show_titles=True))
    assert ExternalBusy.objects.get().summary == "Dentiste"
    calendars.choose(
        connection=connection,
        read=[connection.calendars.get().pk],
        written=None,
        names="first",
        label="Perso",
        show_titles=False,
        now=now(),
    )
    assert ExternalBusy.objects.get().summary == ""


# Addresses


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("webcal://h/a.ics", "https://h/a.ics"), ("h/a.ics", "https://h/a.ics"), (" http://h/a ", "http://h/a")],
)
def test_addresses_as_people_paste_them(typed: str, asked: str) -> None:
    assert calendars.ics_address.web_address(typed) == asked


@pytest.mark.parametrize(
    "typed", ["", "ftp://h/a", "file:///etc/passwd", "https://", "https://[", "javascript:alert(1)", "x" * 3000]
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(Fault):
        calendars.ics_address.web_address(typed)


INSIDE = [
    "http://127.0.0.1/", "http://localhost:6379/", "http://[::1]/", "http://0.0.0.0/", "http://169.254.169.254/latest/",
    "http://10.1.2.3/", "http://192.168.1.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://[::ffff:10.0.0.1]/",
    "http://[fd00::1]/", "http://[fe80::1]/", "http://[2002:7f00:1::]/", "http://[64:ff9b::7f00:1]/", "http://2130706433/",
    "http://0177.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_never_leads_into_our_own_network(address: str, practitioner: Any) -> None:
    with pytest.raises(calendars.CalendarNotLinked) as refused:
        calendars.link_ics(practitioner=practitioner, label="", typed=address, show_titles=False, now=now())
    assert refused.value.fault.error == Error.FORBIDDEN_ADDRESS
    assert not CalendarConnection.objects.exists()


def test_neither_does_a_redirect(elsewhere: Elsewhere, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first address is public here; where it leads to is not, and is refused before anything is asked of it."""
    settings.CALENDARS_MAY_BE_PRIVATE = False
    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")
    elsewhere.says(status=302, headers={"Location": "http://127.0.0.2:1/secret"})
    with pytest.raises(Fault) as refused:
        web.request("GET", elsewhere.url)
    assert (refused.value.error, len(elsewhere.asked)) == (Error.FORBIDDEN_ADDRESS, 1)


def test_a_name_that_changes_its_mind_after_the_check_is_refused_before_a_byte_is_sent(
    elsewhere: Elsewhere, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CALENDARS_MAY_BE_PRIVATE = False
    monkeypatch.setattr(web, "refuse_private", lambda host, port: None)
    with pytest.raises(Fault) as refused:
        web.request("GET", elsewhere.url)
    assert (refused.value.error, elsewhere.asked) == (Error.FORBIDDEN_ADDRESS, [])


def test_a_password_given_for_one_host_is_not_sent_to_the_next(elsewhere: Elsewhere) -> None:
    here = elsewhere.url.replace("127.0.0.1", "localhost")
    elsewhere.answer = lambda asked: (
        Reply(status=302, headers={"Location": f"{here}/b"}) if asked.path == "/a" else Reply(b"ok")
    )
    web.request("GET", f"{elsewhere.url}/a", headers={"Authorization": "Bearer secret"})
    assert [asked.headers.get("authorization") for asked in elsewhere.asked] == ["Bearer secret", None]


# One at a time, in turn, and told


def test_two_workers_never_read_the_same_calendar(elsewhere: Elsewhere, known: CalendarConnection) -> None:
    seen: list[bool] = []

    def meanwhile(asked: Asked) -> Reply:
        return Reply(calendar(*lasting(30)))

    CalendarConnection.objects.filter(pk=known.pk).update(claim="other", claimed_until=now() + dt.timedelta(minutes=1))
    elsewhere.answer = meanwhile
    count = len(elsewhere.asked)
    seen.append(calendar_sync.sync(connection_id=known.pk, now=now()))
    assert (seen, len(elsewhere.asked)) == ([False], count)
    CalendarConnection.objects.filter(pk=known.pk).update(claimed_until=now() - dt.timedelta(seconds=1))
    assert calendar_sync.sync(connection_id=known.pk, now=now())


def test_a_calendar_unlinked_while_it_is_read_leaves_nothing_behind(
    elsewhere: Elsewhere, known: CalendarConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from booking.calendars import ics_address

    reading = ics_address.IcsProvider.read

    def slowly(self: Any, *args: Any, **more: Any) -> Any:
        found = reading(self, *args, **more)
        calendars.unlink(connection=known, now=now())
        return found

    monkeypatch.setattr(ics_address.IcsProvider, "read", slowly)
    elsewhere.says(calendar(*lasting(60)))
    assert not calendar_sync.sync(connection_id=known.pk, now=now())
    assert not CalendarConnection.objects.exists()
    assert not ExternalBusy.objects.exists()


def test_those_who_waited_longest_come_first_and_a_failing_one_waits_longer_each_time(
    elsewhere: Elsewhere, practitioner: Any
) -> None:
    elsewhere.says(calendar(*lasting(30)))
    connections = [linked(elsewhere, practitioner, typed=f"{elsewhere.url}/{n}.ics") for n in range(3)]
    for number, row in enumerate(connections):
        CalendarConnection.objects.filter(pk=row.pk).update(next_sync_at=now() - dt.timedelta(minutes=number + 1))
    assert calendar_sync.due(now=now()) == [row.pk for row in reversed(connections)]
    elsewhere.says(status=500)
    waits = []
    for _attempt in range(8):
        moment = now()
        calendar_sync.sync(connection_id=connections[0].pk, now=moment)
        row = CalendarConnection.objects.get(pk=connections[0].pk)
        waits.append(row.next_sync_at - moment)  # type: ignore[operator]
    assert waits == sorted(waits)
    assert waits[-1] == calendar_sync.LONGEST_WAIT


def test_a_failure_is_written_about_once_after_a_day(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere.says(status=500)
    start = now()
    for hours in (0, 3, 23, 25, 26, 60):
        with django_capture_on_commit_callbacks(execute=True):
            calendar_sync.sync(connection_id=known.pk, now=start + dt.timedelta(hours=hours))
        assert OutboxMessage.objects.count() == (hours >= 25)
    message = OutboxMessage.objects.get()
    assert message.to == practitioner.professional_email
    assert "Perso" in mail.outbox[-1].subject
    assert "secret.ics" not in mail.outbox[-1].body
    elsewhere.says(calendar(*lasting(30)))
    sync(known)
    elsewhere.says(status=500)
    for hours in (100, 126):
        calendar_sync.sync(connection_id=known.pk, now=start + dt.timedelta(hours=hours))
    assert OutboxMessage.objects.count() == 2


def test_nothing_secret_is_logged_or_kept_in_the_clear(
    elsewhere: Elsewhere, known: CalendarConnection, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere.says(status=500)
    sync(known)
    row = CalendarConnection.objects.filter(pk=known.pk).values().get()
    assert not any("secret.ics" in str(value) for value in row.values())
    assert "secret.ics" not in caplog.text


def test_when_the_practitioner_leaves_their_calendars_are_unlinked(
    elsewhere: Elsewhere, known: CalendarConnection, practitioner: Any
) -> None:
    Practitioner.objects.filter(pk=practitioner.pk).update(status=Practitioner.Status.ENDED)
    for pk in calendar_sync.due(now=now()):
        calendar_sync.sync(connection_id=pk, now=now())
    assert not CalendarConnection.objects.exists()
    assert not ExternalBusy.objects.exists()


@pytest.fixture(autouse=True)
def _a_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would see addresses that are keys: it is not asked, so that one that leads nowhere changes nothing."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
