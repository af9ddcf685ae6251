"""Why a time is offered or not, in words, from the same judgement that makes the offered ones."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import agenda
from booking.agenda import offer_of
from booking.answers import MARGIN_AFTER, MARGIN_BEFORE
from booking.reasons import minutes_in_words
from booking.timetable.minutes import date_at, edge_at, floor, local_day, moment, of_day
from booking.timetable.model import Busy, Closing, Kind, Offer, Opening, Timetable
from booking.timetable.times import Moment, Verdict, Why, candidates, judge, openings_on
from common.wording import long_date
from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode


@dataclass(frozen=True)
class Explanation:
    """Whether a client is offered the time, and the sentences that say why or why not, for the practitioner alone."""

    offered: bool
    sentences: list[str]


def explain(*, practitioner: Practitioner, service: Service, start: dt.datetime, now: dt.datetime) -> Explanation:
    """What a client would be told of a session that starts at the instant `start`, and what stands in its way."""
    known = agenda.known([practitioner.pk])[practitioner.pk]
    offer = offer_of(service)
    timetable = agenda.read(
        {practitioner.pk: known},
        since=start - MARGIN_BEFORE,
        until=start + MARGIN_AFTER,
        now=now,
        groups=offer.is_group,
    )[practitioner.pk]
    minute, day = floor(start), date_at(known.frame.zone, floor(start))
    at = Moment.at(now)
    words = _Words(timetable, offer, day, {place.pk: place for place in practitioner.places.all()})
    if outside := words.outside_the_calendar(date_at(known.frame.zone, floor(now))):
        return Explanation(False, [outside])
    here = [one for one in candidates(timetable, offer, day) if one.start == minute]
    verdicts = [judge(timetable, offer, one, day, at) for one in here]
    if any(verdict.why == Why.FREE for verdict in verdicts):
        return Explanation(True, [_("A client is offered %(time)s.") % {"time": words.clock(minute)}])
    if here:
        return Explanation(False, list(dict.fromkeys(words.obstacle(verdict, minute) for verdict in verdicts)))
    return Explanation(False, words.not_a_start(minute))


class _Words:
    """Sentences about one local day of an agenda, on the clock of its main place."""

    def __init__(self, timetable: Timetable, offer: Offer, day: dt.date, places: dict[int, PracticePlace]) -> None:
        self.timetable, self.offer, self.day, self.places = timetable, offer, day, places
        self.zone, self.terms = timetable.frame.zone, timetable.frame.terms

    def clock(self, minute: int) -> str:
        return f"{moment(minute).astimezone(ZoneInfo(self.zone)):%H:%M}"

    def outside_the_calendar(self, today: dt.date) -> str:
        if self.day < today:
            return _("This day is past.")
        opens = self.day - dt.timedelta(days=self.terms.horizon_days)
        if opens > today:
            text = ngettext(
                "Bookings open %(n)s day ahead: clients see this day from %(day)s.",
                "Bookings open %(n)s days ahead: clients see this day from %(day)s.",
                self.terms.horizon_days,
            )
            return text % {"n": self.terms.horizon_days, "day": long_date(opens)}
        return ""

    def obstacle(self, verdict: Verdict, minute: int) -> str:
        """What stands in the way of a start that the rules allow."""
        if verdict.why == Why.CLOSED and verdict.closing:
            return self._closing(verdict.closing)
        if verdict.why == Why.TOO_SOON:
            values = {
                "notice": minutes_in_words(self.terms.notice),
                "day": long_date(date_at(self.zone, minute - self.terms.notice)),
                "time": self.clock(minute - self.terms.notice),
            }
            return _("You ask for %(notice)s of notice: it could be booked until %(day)s at %(time)s.") % values
        if verdict.why == Why.DAY_FULL:
            most = self.terms.most_a_day or 0
            text = ngettext(
                "Your limit of %(n)s session a day is reached.", "Your limit of %(n)s sessions a day is reached.", most
            )
            return text % {"n": most}
        if verdict.why == Why.NO_SEAT:
            return _("Every seat of this group session is taken.")
        if verdict.why == Why.ON_THE_ROAD and verdict.busy:
            values = {
                "road": minutes_in_words(verdict.travel),
                "start": self.clock(verdict.busy.session_start),
                "end": self.clock(verdict.busy.session_end),
            }
            return _("The session from %(start)s to %(end)s is elsewhere, %(road)s away.") % values
        return self._taken(verdict.busy, minute) if verdict.busy else _("This time is taken.")

    def _closing(self, closing: Closing) -> str:
        if closing.start is None or closing.end is None:
            text = _("You closed this day.")
        else:
            start, end = (self.clock(edge_at(self.zone, self.day, minute)) for minute in (closing.start, closing.end))
            text = _("You closed this day from %(start)s to %(end)s.") % {"start": start, "end": end}
        if closing.place_id in self.places:
            text += " " + _("It concerns %(place)s.") % {"place": self._place(closing.place_id)}
        return text + (" " + _("Your note: %(note)s") % {"note": closing.note} if closing.note else "")

    def _taken(self, busy: Busy, minute: int) -> str:
        start, end = self.clock(busy.start), self.clock(busy.end)
        if busy.kind == Kind.EXTERNAL:
            values = {"start": start, "end": end, "calendar": busy.label}
            return _("Your calendar “%(calendar)s” says that you are busy from %(start)s to %(end)s.") % values
        values = {"start": self.clock(busy.session_start), "end": self.clock(busy.session_end)}
        if busy.kind == Kind.HOLD:
            text = _("A visitor is booking the time from %(start)s to %(end)s right now.") % values
        elif busy.kind == Kind.GROUP:
            text = _("You have a group session from %(start)s to %(end)s.") % values
        else:
            text = _("You have an appointment from %(start)s to %(end)s.") % values
        if minute >= busy.session_end or minute + self.offer.duration <= busy.session_start:
            # The sessions themselves do not meet: a pause does.
            text += " " + _("The pauses around it take the time from %(start)s to %(end)s.") % {
                "start": start,
                "end": end,
            }
            own = [
                ngettext("%(n)s minute before", "%(n)s minutes before", self.offer.before) % {"n": self.offer.before},
                ngettext("%(n)s minute after", "%(n)s minutes after", self.offer.after) % {"n": self.offer.after},
            ]
            mine = [words for words, length in zip(own, (self.offer.before, self.offer.after), strict=True) if length]
            if mine:
                text += " " + _("This session has pauses of its own: %(pauses)s.") % {"pauses": _list(mine)}
        return text

    def not_a_start(self, minute: int) -> list[str]:
        """Of a time at which no session of this kind can start: what is missing among the rules."""
        if self.offer.is_group:
            return [_("No session of this group is scheduled at %(time)s.") % {"time": self.clock(minute)}]
        local = minute - local_day(self.zone, self.day).midnight
        openings = openings_on(self.timetable, self.offer.mode, self.day)
        if not openings:
            others = [one for one in self.timetable.frame.by_weekday[self.day.weekday()] if one.applies(self.day)]
            mode = Mode(self.offer.mode).label
            text = _("On %(day)s you have no opening hours for: %(mode)s.") % {"day": long_date(self.day), "mode": mode}
            more = _("Your other hours of that day: %(ranges)s.") % {"ranges": self._ranges(others)} if others else ""
            return [text, more] if more else [text]
        ranges = _("On %(day)s you receive %(ranges)s.") % {
            "day": long_date(self.day),
            "ranges": self._ranges(openings),
        }
        around = [one for one in openings if one.start <= local < one.end]
        if not around:
            return [ranges, _("%(time)s is outside these hours.") % {"time": self.clock(minute)}]
        late = [one for one in around if edge_at(one.zone, self.day, one.end) < minute + self.offer.duration]
        if len(late) == len(around):
            values = {"lasts": minutes_in_words(self.offer.duration), "end": self.clock(minute + self.offer.duration)}
            return [ranges, _("The session lasts %(lasts)s: it would end at %(end)s, after your hours.") % values]
        return [ranges, self._off_the_grid(minute)]

    def _off_the_grid(self, minute: int) -> str:
        starts = sorted({one.start for one in candidates(self.timetable, self.offer, self.day)})
        near = [one for one in starts if one < minute][-1:] + [one for one in starts if one > minute][:1]
        values = {"step": minutes_in_words(self.terms.step), "times": _list([self.clock(one) for one in near])}
        return _("Sessions start every %(step)s: the nearest times are %(times)s.") % values

    def _ranges(self, openings: list[Opening]) -> str:
        times: dict[str, None] = {}
        for one in sorted(openings, key=lambda opening: opening.start):
            start, end = (f"{m // 60:02d}:{m % 60:02d}" for m in (one.start, one.end))
            where = f" ({self._place(one.place_id)})" if one.place_id in self.places and len(self.places) > 1 else ""
            times[_("from %(start)s to %(end)s") % {"start": start, "end": end} + where] = None
        return _list(list(times))

    def _place(self, place_id: int | None) -> str:
        place = self.places.get(place_id or 0)
        return (place.name or str(place)) if place else ""


def _list(items: list[str]) -> str:
    return str(get_text_list(items, _("and")))


def instant_of(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The instant of a local time as asked on a page; one that the clocks skip falls just after the change."""
    return moment(edge_at(zone, day, of_day(time)))
