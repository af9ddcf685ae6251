"""ICS text → times taken: shapes that programs really write, rules of time, and text that means no good."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendars import expansion
from booking.calendars.expansion import TakenTime, expand
from booking.calendars.faults import Error, Fault

PARIS = ZoneInfo("Europe/Paris")
SEEN = Path(__file__).parent / "calendars_seen"
SINCE, UNTIL = dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2027, 11, 5, tzinfo=dt.UTC)


def calendar(*lines: str, zone: str = "") -> bytes:
    event = ["BEGIN:VEVENT", "UID:un", "DTSTAMP:20261001T000000Z", *lines, "END:VEVENT"]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *zone.splitlines(), *event, "END:VCALENDAR", ""]
    ).encode()


def read(text: bytes, **more: object) -> list[TakenTime]:
    return sorted(
        expand(text, **({"zone": PARIS, "since": SINCE, "until": UNTIL} | more)).times, key=lambda t: t.starts_at
    )  # type: ignore[arg-type]


def local(taken: TakenTime, zone: ZoneInfo = PARIS) -> str:
    return f"{taken.starts_at.astimezone(zone):%m-%d %H:%M}–{taken.ends_at.astimezone(zone):%H:%M}"


def test_a_calendar_as_thunderbird_writes_it() -> None:
    found = read((SEEN / "thunderbird.ics").read_bytes(), titles=True)
    assert [local(item) for item in found] == [
        # The clocks change on 25 October: 20:30 stays 20:30. 5 November is taken out, 12 moved to 13, 19 cancelled.
        "10-08 20:30–22:30", "10-15 20:30–22:30", "10-22 20:30–22:30", "10-29 20:30–22:30",
        "11-10 09:00–09:45", "11-13 19:00–23:00",
        "11-26 20:30–22:30", "12-03 20:30–22:30", "12-10 20:30–22:30", "12-17 20:30–22:30",
    ]  # fmt: skip
    assert found[5].summary == "Chorale, concert"


def test_a_calendar_as_google_writes_it() -> None:
    found = read((SEEN / "google.ics").read_bytes(), titles=True)
    assert [local(item) for item in found] == [
        "10-26 08:00–08:30", "11-02 08:00–08:30", "11-02 08:00–08:30", "11-03 14:00–15:00", "11-11 00:00–00:00",
        "11-16 08:00–08:30", "11-23 09:00–09:30",
    ]  # fmt: skip
    assert [item.summary for item in found if item.all_day] == [
        "Pont en famille avec un titre assez long pour que la ligne soit repliée au milieu d’un mot"
    ]


def test_titles_are_not_kept_unless_they_are_wanted() -> None:
    assert {item.summary for item in read((SEEN / "google.ics").read_bytes())} == {""}


@pytest.mark.parametrize(
    "line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "DURATION:PT0S"]
)
def test_what_takes_no_time_is_left_out(line: str) -> None:
    assert read(calendar("DTSTART:20261103T130000Z", line)) == []


def test_our_own_appointments_do_not_come_back_as_busy_times() -> None:
    text = calendar("DTSTART:20261103T130000Z", "DTEND:20261103T140000Z").replace(
        b"UID:un", b"UID:RDV0000001@monprodubienetre.example"
    )
    found = expand(text, zone=PARIS, since=SINCE, until=UNTIL)
    assert (found.times, len(found.ours)) == ([], 1)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "America/Miquelon"])
def test_whole_days_and_floating_times_are_on_the_practitioners_clock(zone: str) -> None:
    here = ZoneInfo(zone)
    day = read(calendar("DTSTART;VALUE=DATE:20270313", "DTEND;VALUE=DATE:20270315"), zone=here)
    assert [local(item, here) for item in day] == ["03-13 00:00–00:00"]
    assert day[0].ends_at.astimezone(here).date() == dt.date(2027, 3, 15)
    assert [local(t, here) for t in read(calendar("DTSTART:20270314T090000", "DURATION:PT1H"), zone=here)] == [
        "03-14 09:00–10:00"
    ]


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE"""


def test_a_time_zone_of_its_own_is_that_of_this_calendar_and_of_no_other() -> None:
    """The library remembers zones by name for the whole process: two calendars may mean two things by one name."""
    start = ("DTSTART;TZID=Customized Time Zone:20261103T120000", "DURATION:PT1H")
    for offset, hour in (("+0300", 9), ("-0500", 17), ("+0300", 9)):
        (found,) = read(calendar(*start, zone=OWN_ZONE.format(offset=offset)))
        assert found.starts_at == dt.datetime(2026, 11, 3, hour, tzinfo=dt.UTC)


def test_names_of_zones_as_outlook_writes_them() -> None:
    (found,) = read(calendar("DTSTART;TZID=Romance Standard Time:20261103T120000", "DURATION:PT1H"))
    assert found.starts_at == dt.datetime(2026, 11, 3, 11, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=2",
        "FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=-1",
    ],
)
def test_rules_made_to_exhaust_us_are_not_expanded(rule: str) -> None:
    found = expand(
        calendar("DTSTART:20200101T000000Z", "DURATION:PT1M", f"RRULE:{rule}"), zone=PARIS, since=SINCE, until=UNTIL
    )
    assert (found.times, len(found.unreadable)) == ([], 1)


def test_a_text_that_takes_too_long_is_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_SECONDS", 0.0)
    with pytest.raises(Fault) as refused:
        read(calendar("DTSTART:20261101T000000Z", "DURATION:PT1M"))
    assert refused.value.error == Error.TOO_LARGE


def test_a_task_that_is_out_of_time_is_no_event_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_time(*_args: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(expansion, "_times_of", out_of_time)
    with pytest.raises(SoftTimeLimitExceeded):
        read(calendar("DTSTART:20261101T000000Z", "DURATION:PT1M"))


def test_too_many_occurrences_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_OCCURRENCES", 50)
    with pytest.raises(Fault) as refused:
        read(calendar("DTSTART:20261101T000000Z", "DURATION:PT1M", "RRULE:FREQ=HOURLY"))
    assert refused.value.error == Error.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", Error.NOT_A_CALENDAR),
        (b"<!doctype html>\n<html>Connectez-vous</html>", Error.NOT_A_CALENDAR),
        (b"/etc/passwd", Error.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR", Error.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR", Error.NOT_A_CALENDAR),
        (calendar("DTSTART:20261103T130000Z")[:-40], Error.INCOMPLETE),
    ],
)
def test_what_is_no_whole_calendar_is_refused(text: bytes, error: str) -> None:
    with pytest.raises(Fault) as refused:
        read(text)
    assert refused.value.error == error


def test_a_calendar_with_nothing_in_it_is_a_calendar() -> None:
    assert read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n") == []


def test_an_event_that_makes_no_sense_is_named_and_the_others_are_read() -> None:
    good = calendar("DTSTART:20261103T130000Z", "DURATION:PT1H").decode()
    bad = "BEGIN:VEVENT\r\nUID:deux\r\nDTSTART:demain\r\nEND:VEVENT\r\nEND:VCALENDAR"
    found = expand(good.replace("END:VCALENDAR", bad).encode(), zone=PARIS, since=SINCE, until=UNTIL)
    assert (len(found.times), found.unreadable) == (1, {expansion.uid_hash("deux")})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_whatever_arrives_is_times_or_a_fault(noise: bytes, where: int) -> None:
    text = bytearray((SEEN / "google.ics").read_bytes())
    text[where * 3 : where * 3 + len(noise) // 4] = noise
    for attempt in (bytes(text), noise, b"BEGIN:VCALENDAR\n" + noise + b"\nEND:VCALENDAR"):
        try:
            found = read(attempt)
        except Fault:
            continue
        assert all(item.starts_at < item.ends_at and item.starts_at.tzinfo for item in found)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        ["Europe/Paris", "Indian/Reunion", "America/Martinique", "America/Miquelon", "Pacific/Noumea"]
    ),
    start=st.datetimes(dt.datetime(2026, 10, 2), dt.datetime(2027, 10, 1)),
    every=st.integers(1, 9),
    count=st.integers(1, 30),
    minutes=st.integers(1, 600),
)
def test_a_daily_event_keeps_its_hour_on_the_clock_of_its_zone(
    zone: str, start: dt.datetime, every: int, count: int, minutes: int
) -> None:
    here, start = ZoneInfo(zone), start.replace(microsecond=0)
    text = calendar(
        f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
        f"DURATION:PT{minutes}M",
        f"RRULE:FREQ=DAILY;INTERVAL={every};COUNT={count}",
    )
    since, until = SINCE, UNTIL + dt.timedelta(days=400)
    found = read(text, since=since, until=until)
    assert len(found) == count
    for number, item in enumerate(found):
        wanted = start + dt.timedelta(days=number * every)
        shown = item.starts_at.astimezone(here).replace(tzinfo=None)
        exists = wanted.replace(tzinfo=here).astimezone(dt.UTC).astimezone(here).replace(tzinfo=None) == wanted
        assert shown == wanted if exists else abs(shown - wanted) <= dt.timedelta(hours=1)
        same_offset = item.starts_at.astimezone(here).utcoffset() == item.ends_at.astimezone(here).utcoffset()
        assert item.ends_at - item.starts_at == dt.timedelta(minutes=minutes) or not (exists and same_offset)
