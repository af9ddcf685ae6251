"""The agenda as a pure function, against a slow reading of the same rules minute by minute."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.timetable.minutes import ceil, date_at, edge_at, floor, moment
from booking.timetable.model import HOME, Busy, Closing, Frame, Kind, Offer, Opening, Session, Terms, Timetable, Weeks
from booking.timetable.times import Moment, Why, day_times, judge

# Every zone of France, those without a change of clocks and the one of Saint-Pierre with its own days.
ZONES = [
    "Europe/Paris", "Indian/Reunion", "Indian/Mayotte", "America/Guadeloupe", "America/Martinique", "America/Cayenne",
    "America/Miquelon", "America/St_Barthelemy", "America/Marigot", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis",
    "Pacific/Marquesas", "Pacific/Gambier", "Indian/Kerguelen",
]  # fmt: skip
ODD_DAYS = [
    dt.date(2027, 3, 27), dt.date(2027, 3, 28), dt.date(2027, 10, 30), dt.date(2027, 10, 31),
    dt.date(2027, 3, 13), dt.date(2027, 3, 14), dt.date(2027, 11, 6), dt.date(2027, 11, 7),
]  # fmt: skip
MODES = ["cabinet", "visio", "domicile"]


def opening(day: dt.date, start: str, end: str, zone: str = "Europe/Paris", **more) -> Opening:
    begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return Opening(day.weekday(), begins, ends, frozenset(more.pop("modes", MODES)), zone, **more)


def table(
    *openings: Opening, zone: str = "Europe/Paris", busy=(), outside=(), sessions=(), closings=(), **terms
) -> Timetable:
    terms = {"notice": 0, "horizon_days": 365} | terms
    frame = Frame(zone, Terms(**terms), tuple(openings), tuple(closings))
    return Timetable(frame, tuple(busy), tuple(outside), tuple(sessions))


def shown(timetable: Timetable, day: dt.date, offer: Offer, now: dt.datetime | None = None) -> list[str]:
    """The clock of each free time."""
    now = now or dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=30)
    times = day_times(timetable, offer, day, Moment.at(now)).times
    return [f"{moment(one.start).astimezone(ZoneInfo(one.zone)):%H:%M}" for one in times]


def hour(minutes: int = 60, **more) -> Offer:
    return Offer(1, "visio", minutes, **more)


class TestClocksThatChange:
    @pytest.mark.parametrize(
        ("zone", "day", "expected"),
        [
            ("Europe/Paris", dt.date(2027, 3, 27), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            ("Europe/Paris", dt.date(2027, 3, 28), ["01:00", "01:30", "03:00", "03:30"]),
            ("Europe/Paris", dt.date(2027, 10, 30), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            ("Europe/Paris", dt.date(2027, 10, 31), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            ("America/Miquelon", dt.date(2027, 3, 13), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            ("America/Miquelon", dt.date(2027, 3, 14), ["01:00", "01:30", "03:00", "03:30"]),
            ("America/Miquelon", dt.date(2027, 11, 6), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            ("America/Miquelon", dt.date(2027, 11, 7), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
            *[
                (zone, day, ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"])
                for zone in ("Indian/Reunion", "America/Guadeloupe")
                for day in ODD_DAYS
            ],
        ],
    )
    def test_at_night(self, zone: str, day: dt.date, expected: list[str]) -> None:
        timetable = table(opening(day, "01:00", "04:00", zone), zone=zone)
        assert shown(timetable, day, hour(30)) == expected

    @pytest.mark.parametrize("day", ODD_DAYS)
    @pytest.mark.parametrize("zone", ["Europe/Paris", "America/Miquelon", "Indian/Reunion", "America/Guadeloupe"])
    def test_nine_in_the_morning_is_nine(self, zone: str, day: dt.date) -> None:
        (one,) = day_times(
            table(opening(day, "09:00", "10:00", zone), zone=zone), hour(), day, Moment.at(dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
        ).times  # fmt: skip
        assert moment(one.start).astimezone(ZoneInfo(zone)) == dt.datetime.combine(day, dt.time(9), ZoneInfo(zone))

    def test_a_session_over_the_change_lasts_its_elapsed_time(self) -> None:
        spring, autumn = dt.date(2027, 3, 28), dt.date(2027, 10, 31)
        assert shown(table(opening(spring, "01:30", "04:00"), step=60), spring, hour(90)) == ["01:30"]
        assert shown(table(opening(autumn, "01:30", "04:00"), step=60), autumn, hour(180)) == ["01:30"]


class TestAlternatingWeeks:
    def weeks(self, first: dt.date, count: int, **more) -> list[bool]:
        timetable = table(opening(first, "09:00", "10:00", **more))
        now = dt.datetime.combine(first, dt.time(), dt.UTC) - dt.timedelta(days=1)
        days = [first + dt.timedelta(days=7 * number) for number in range(count)]
        return [bool(day_times(timetable, hour(), day, Moment.at(now)).times) for day in days]

    def test_from_a_date_they_go_on_across_a_year_of_53_weeks(self) -> None:
        """2026 has 53 weeks: from Monday 7 December every other Monday, whatever the numbers."""
        monday = dt.date(2026, 12, 7)
        assert dt.date(2026, 12, 31).isocalendar().week == 53
        assert self.weeks(monday, 8, weeks=Weeks.ALTERNATE, first_day=monday) == [True, False] * 4

    def test_the_week_counts_and_not_the_day(self) -> None:
        """From a Wednesday: the Monday of that week is past, the next one two weeks later."""
        wednesday, monday = dt.date(2026, 12, 9), dt.date(2026, 12, 7)
        assert self.weeks(monday, 4, weeks=Weeks.ALTERNATE, first_day=wednesday) == [False, False, True, False]

    def test_odd_weeks_follow_the_calendar_with_its_two_odd_ones_in_a_row(self) -> None:
        monday = dt.date(2026, 12, 21)  # weeks 52, 53, 1, 2
        assert self.weeks(monday, 4, weeks=Weeks.ODD) == [False, True, True, False]
        assert self.weeks(monday, 4, weeks=Weeks.EVEN) == [True, False, False, True]


class TestBorders:
    DAY = dt.date(2027, 5, 3)

    def test_notice_to_the_second(self) -> None:
        timetable = table(opening(self.DAY, "09:00", "10:00"), notice=120)
        nine = dt.datetime(2027, 5, 3, 7, tzinfo=dt.UTC)
        second = dt.timedelta(seconds=1)
        assert shown(timetable, self.DAY, hour(), nine - dt.timedelta(hours=2)) == ["09:00"]
        assert shown(timetable, self.DAY, hour(), nine - dt.timedelta(hours=2) + second) == []
        late = day_times(timetable, hour(), self.DAY, Moment.at(nine - dt.timedelta(hours=2) + second))
        assert late.why == Why.TOO_SOON

    def test_the_horizon_moves_at_local_midnight(self) -> None:
        zone = "Indian/Reunion"
        timetable = table(opening(self.DAY, "09:00", "10:00", zone), zone=zone, horizon_days=10)
        midnight = dt.datetime(2027, 4, 22, 20, tzinfo=dt.UTC)  # 23 April, 0:00 there
        assert shown(timetable, self.DAY, hour(), midnight - dt.timedelta(seconds=1)) == []
        assert shown(timetable, self.DAY, hour(), midnight) == ["09:00"]

    def test_pauses_differ_before_and_after(self) -> None:
        nine = floor(dt.datetime(2027, 5, 3, 7, tzinfo=dt.UTC))
        taken = Busy(nine + 120, nine + 180, nine + 120, nine + 180)  # 11:00 to 12:00
        timetable = table(opening(self.DAY, "09:00", "15:00"), busy=[taken])
        assert shown(timetable, self.DAY, hour(before=30)) == [
            "09:00",
            "09:30",
            "10:00",
            "12:30",
            "13:00",
            "13:30",
            "14:00",
        ]
        assert shown(timetable, self.DAY, hour(after=30)) == [
            "09:00",
            "09:30",
            "12:00",
            "12:30",
            "13:00",
            "13:30",
            "14:00",
        ]

    def test_one_place_may_be_closed_while_the_other_receives(self) -> None:
        here = opening(self.DAY, "09:00", "10:00", place_id=1)
        there = opening(self.DAY, "09:00", "10:00", place_id=2)
        offer = Offer(1, "cabinet", 60)
        timetable = table(here, there, closings=[Closing(self.DAY, self.DAY, place_id=1)])
        (one,) = day_times(timetable, offer, self.DAY, Moment.at(dt.datetime(2027, 5, 1, tzinfo=dt.UTC))).times
        assert one.place_id == 2

    @pytest.mark.parametrize(("minutes", "expected"), [(0, "10:00"), (30, "10:30"), (31, "11:00")])
    def test_the_road_between_two_places_takes_its_time(self, minutes: int, expected: str) -> None:
        nine = floor(dt.datetime(2027, 5, 3, 7, tzinfo=dt.UTC))
        earlier = Busy(nine, nine + 60, nine, nine + 60, where=2)
        timetable = table(opening(self.DAY, "09:00", "12:00", place_id=1), busy=[earlier], travel={(1, 2): minutes})
        assert shown(timetable, self.DAY, Offer(1, "cabinet", 60))[0] == expected
        assert shown(timetable, self.DAY, Offer(1, "visio", 60))[0] == "10:00"

    def test_two_sessions_at_home_have_the_road_between_them(self) -> None:
        nine = floor(dt.datetime(2027, 5, 3, 7, tzinfo=dt.UTC))
        earlier = Busy(nine, nine + 60, nine, nine + 60, where=HOME)
        timetable = table(opening(self.DAY, "09:00", "12:00"), busy=[earlier], home_travel=45)
        assert shown(timetable, self.DAY, Offer(1, "domicile", 60)) == ["11:00"]

    def test_a_group_shows_its_sessions_until_the_last_seat(self) -> None:
        nine = floor(dt.datetime(2027, 5, 3, 7, tzinfo=dt.UTC))
        sessions = [
            Session(7, 1, nine, nine + 60, 3, "Europe/Paris"),
            Session(8, 1, nine + 120, nine + 180, 0, "Europe/Paris"),
            Session(9, 2, nine + 240, nine + 300, 5, "Europe/Paris"),
        ]
        timetable = table(sessions=sessions)
        now = Moment.at(dt.datetime(2027, 5, 1, tzinfo=dt.UTC))
        (one,) = day_times(timetable, Offer(1, "cabinet", 60, is_group=True), self.DAY, now).times
        assert (one.group_id, one.seats_left) == (7, 3)
        only_full = table(sessions=sessions[1:])
        assert day_times(only_full, Offer(1, "cabinet", 60, is_group=True), self.DAY, now).why == Why.NO_SEAT


WHEN = st.integers(-26 * 60, 50 * 60)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Timetable, Offer, dt.date, dt.datetime]:
    """A day somewhere in France, its openings, closures, appointments and other calendars, and a moment before or in it."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(ODD_DAYS) | st.dates(dt.date(2026, 11, 1), dt.date(2029, 1, 5)))
    midnight = edge_at(zone, day, 0)
    openings = []
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, 22 * 4)) * 15
        weeks = draw(st.sampled_from(Weeks))
        since = day - dt.timedelta(days=draw(st.integers(0, 30)))
        openings.append(
            Opening(
                day.weekday() if draw(st.booleans()) else draw(st.integers(0, 6)),
                start,
                min(start + draw(st.integers(1, 40)) * 15, 1439),
                frozenset(draw(st.sets(st.sampled_from(MODES), min_size=1))),
                zone,
                draw(st.sampled_from([1, 2])),
                since if weeks == Weeks.ALTERNATE or draw(st.booleans()) else None,
                day + dt.timedelta(days=draw(st.integers(-1, 9))) if draw(st.booleans()) else None,
                weeks,
            )
        )
    closings = []
    for _ in range(draw(st.integers(0, 2))):
        first = day + dt.timedelta(days=draw(st.integers(-3, 2)))
        hours = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True)))
        partly = draw(st.booleans())
        closings.append(
            Closing(
                first,
                first + dt.timedelta(days=draw(st.integers(0, 3))),
                hours[0] if partly else None,
                hours[1] if partly else None,
                draw(st.sampled_from([None, 1, 2])),
            )
        )
    busy, cursor = [], midnight - 24 * 60
    for gap, lasts, pauses in draw(
        st.lists(st.tuples(st.integers(0, 600), st.integers(10, 200), st.tuples(st.integers(0, 30), st.integers(0, 30))), max_size=6)
    ):  # fmt: skip
        start = cursor + gap
        session = start + pauses[0]
        end = session + lasts + pauses[1]
        busy.append(Busy(start, end, session, session + lasts, draw(st.sampled_from([1, 2, HOME, None]))))
        cursor = end
    outside = sorted(
        (
            Busy(midnight + start, midnight + start + lasts, 0, 0, None, Kind.EXTERNAL)
            for start, lasts in draw(st.lists(st.tuples(WHEN, st.integers(1, 300)), max_size=4))
        ),
        key=lambda one: one.start,
    )
    terms = Terms(
        notice=draw(st.sampled_from([0, 1, 60, 1440])),
        horizon_days=draw(st.integers(1, 20)),
        step=draw(st.sampled_from([5, 15, 20, 30, 45, 60])),
        most_a_day=draw(st.sampled_from([None, None, 1, 3])),
        home_travel=draw(st.sampled_from([0, 0, 25])),
        travel=draw(st.sampled_from([{}, {(1, 2): 40}])),
    )
    offer = Offer(
        1, draw(st.sampled_from(MODES)), draw(st.sampled_from([10, 30, 45, 60, 90])),
        draw(st.sampled_from([0, 10, 15])), draw(st.sampled_from([0, 5, 30])),
    )  # fmt: skip
    now = moment(midnight) - dt.timedelta(seconds=draw(st.integers(-86_400, 25 * 86_400)))
    return Timetable(Frame(zone, terms, tuple(openings), tuple(closings)), tuple(busy), tuple(outside)), offer, day, now


def slowly(timetable: Timetable, offer: Offer, day: dt.date, now: dt.datetime) -> set[dt.datetime]:
    """Every minute of two days, one by one, on aware datetimes: what a patient person would find on paper."""
    frame, terms = timetable.frame, timetable.frame.terms
    zone = ZoneInfo(frame.zone)
    today = now.astimezone(zone).date()
    found: set[dt.datetime] = set()
    if not today <= day <= today + dt.timedelta(days=terms.horizon_days):
        return found
    minute = dt.timedelta(minutes=1)
    of_the_day = [one for one in timetable.busy if moment(one.session_start).astimezone(zone).date() == day]
    start = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=15)
    for _ in range(54 * 60):
        start += minute
        local = start.astimezone(zone)
        if local.date() != day or local.fold:
            continue
        end = start + offer.duration * minute
        clock = local.hour * 60 + local.minute
        if start < now + terms.notice * minute or (
            terms.most_a_day is not None and len(of_the_day) >= terms.most_a_day
        ):
            continue
        busy_start, busy_end = start - offer.before * minute, end + offer.after * minute
        ranges = [(moment(one.start), moment(one.end)) for one in (*timetable.busy, *timetable.outside)]
        if any(begins < busy_end and ends > busy_start for begins, ends in ranges):
            continue
        for rule in frame.openings:
            closes = (dt.datetime.combine(day, dt.time()) + rule.end * minute).replace(tzinfo=zone).astimezone(dt.UTC)
            place = rule.place_id if offer.mode == "cabinet" else None
            where = HOME if offer.mode == "domicile" else place
            if (
                offer.mode in rule.modes
                and on_that_week(rule, day)
                and rule.start <= clock < rule.end
                and (clock - rule.start) % terms.step == 0
                and end <= closes
                and not any(shut(one, day, zone, start, end, place) for one in frame.closings)
                and reachable(timetable, busy_start, busy_end, where)
            ):
                found.add(start)
    return found


def on_that_week(rule: Opening, day: dt.date) -> bool:
    if rule.weekday != day.weekday() or day < (rule.first_day or day) or day > (rule.last_day or day):
        return False
    if rule.weeks == Weeks.ALTERNATE:
        monday = rule.first_day - dt.timedelta(days=rule.first_day.weekday())
        while monday + dt.timedelta(days=6) < day:
            monday += dt.timedelta(days=14)
        return monday <= day
    number = day.isocalendar().week
    return {Weeks.ALL: True, Weeks.EVEN: number % 2 == 0, Weeks.ODD: number % 2 == 1}[rule.weeks]


def shut(one: Closing, day: dt.date, zone: ZoneInfo, start: dt.datetime, end: dt.datetime, place: int | None) -> bool:
    if not one.first_day <= day <= one.last_day or one.place_id not in {None, place}:
        return False
    if one.start is None:
        return True
    begins, ends = (
        (dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=m)).replace(tzinfo=zone).astimezone(dt.UTC)
        for m in (one.start, one.end)
    )
    return start < ends and end > begins


def reachable(timetable: Timetable, start: dt.datetime, end: dt.datetime, where: object) -> bool:
    terms = timetable.frame.terms
    before = [one for one in timetable.busy if moment(one.end) <= start]
    after = [one for one in timetable.busy if moment(one.start) >= end]
    for one, gap in ((before[-1:], lambda o: start - moment(o.end)), (after[:1], lambda o: moment(o.start) - end)):
        for neighbour in one:
            pair = {neighbour.where, where}
            road = 0
            if None not in pair:
                road = terms.home_travel if HOME in pair else terms.travel.get((1, 2), 0) if pair == {1, 2} else 0
            if gap(neighbour) < dt.timedelta(minutes=road):
                return False
    return True


@settings(max_examples=250, deadline=None)
@given(world=worlds())
def test_what_is_offered_is_exactly_what_the_rules_allow(world: tuple[Timetable, Offer, dt.date, dt.datetime]) -> None:
    """No more, or somebody would be refused; no less, or a session would be lost. In every zone of France."""
    timetable, offer, day, now = world
    answer = day_times(timetable, offer, day, Moment.at(now))
    assert {moment(one.start) for one in answer.times} == slowly(timetable, offer, day, now)
    starts = [one.start for one in answer.times]
    assert starts == sorted(set(starts))
    assert all(judge(timetable, offer, one, day, Moment.at(now)).why == Why.FREE for one in answer.times)


@settings(max_examples=250, deadline=None)
@given(world=worlds(), later=st.floats(0, 1))
def test_an_answer_stays_right_until_the_moment_it_gives(world, later: float) -> None:
    """What is kept and given again until then is what would be computed."""
    timetable, offer, day, now = world
    answer = day_times(timetable, offer, day, Moment.at(now))
    assert answer.until >= now
    between = now + (answer.until - now) * later
    if between < answer.until:
        assert day_times(timetable, offer, day, Moment.at(between)) == answer


@given(instant=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1)), zone=st.sampled_from(ZONES))
def test_minutes_and_instants_agree(instant: dt.datetime, zone: str) -> None:
    aware = instant.replace(tzinfo=dt.UTC)
    assert moment(floor(aware)) <= aware <= moment(ceil(aware))
    assert ceil(aware) - floor(aware) == bool(aware.second or aware.microsecond)
    assert date_at(zone, floor(aware)) == aware.astimezone(ZoneInfo(zone)).date()
