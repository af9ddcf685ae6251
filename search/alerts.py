"""What an alert waits for, from a search: the canonical address of the question, its words, and the offer that pages show."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from common import clock
from search import query
from search.addresses import Address
from search.query import Parsed

# An alert on a search that finds so many would be a newsletter: the person is asked to say more.
MOST_FOUND = 60
# What changes the way results are shown, and not who is found.
_DISPLAY = {"page", "tri"}
MAX_QUERY = 900
MAX_LABEL = 300
MONTHS = (1, 3, 6)
DEFAULT_MONTHS = 6


@dataclass(frozen=True)
class Offer:
    """What `templates/search/alert_offer.html` shows. `waits_for_time`: somebody is there, but without a free time."""

    query: str
    waits_for_time: bool
    email: str
    folded: bool
    months: tuple[tuple[int, bool], ...] = tuple((n, n == DEFAULT_MONTHS) for n in MONTHS)


def canonical(parsed: Parsed) -> str:
    """The question as an address: what was understood, in a fixed order, so that one search is one alert."""
    values = {name: sorted(found) for name, found in parsed.raw.items() if name not in _DISPLAY}
    return Address.of(values).query


def parse(asked: str) -> Parsed:
    """The question of an alert as it reads today: “this week” is the week of the day it is asked."""
    return query.parse(QueryDict(asked[:MAX_QUERY]), today=clock.today())


def waits_for_time(parsed: Parsed) -> bool:
    return bool(parsed.query.days or parsed.query.parts)


def can_be_watched(parsed: Parsed) -> bool:
    """Something is asked, all of it was understood, and it fits."""
    asked = canonical(parsed)
    understood = not parsed.ambiguous and not parsed.unknown_place
    return bool(asked) and understood and len(asked) <= MAX_QUERY and not parsed.query.finds_nothing


def offer(request: HttpRequest, parsed: Parsed, *, count: int) -> Offer | None:
    """The offer to be told, for a search that finds `count`; None where an alert would make no sense."""
    if count > MOST_FOUND or not can_be_watched(parsed):
        return None
    return Offer(
        query=canonical(parsed),
        waits_for_time=waits_for_time(parsed),
        email=request.user.email if request.user.is_authenticated else "",
        folded=count > 0,
    )


def label(words: Iterable[str]) -> str:
    """The whole question in words, as its chips say it: what the mails and the list of one's alerts call it."""
    text = "\u00a0· ".join(dict.fromkeys(words))
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
