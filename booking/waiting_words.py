"""The waiting list in words: the same sentences for who waits and for the practitioner."""

from django.utils.translation import gettext as _

from booking.models import WaitingEntry
from common.wording import long_date


def order_rule() -> str:
    return _(
        "A time that becomes free is offered to one person at a time, in the order of registration, among those whose wishes "
        "it fits. It is kept two hours for that person, less when the session is near; an offer made at night waits until 9:00. "
        "Then it goes to the next person, and once nobody on the list wants it, everybody can book it."
    )


def day_names() -> list[str]:
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]


def wishes_in_words(entry: WaitingEntry) -> str:
    """`lundi, mardi, en soirée, du 1er décembre au 31 janvier 2027`"""
    names = day_names()
    days = ", ".join(names[number].lower() for number in entry.weekdays) or _("any day")
    labels = {
        WaitingEntry.Part.MORNING.value: _("in the morning"),
        WaitingEntry.Part.AFTERNOON.value: _("in the afternoon"),
        WaitingEntry.Part.EVENING.value: _("in the evening"),
    }
    parts = ", ".join(labels[part] for part in labels if part in entry.parts) or _("any time")
    dates = _("from %(first)s to %(last)s") % {
        "first": long_date(entry.first_day, weekday=False, year=False),
        "last": long_date(entry.until, weekday=False),
    }
    return f"{days}, {parts}, {dates}"
