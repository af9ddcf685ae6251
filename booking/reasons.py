"""The words for what an agenda answers."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.timetable.model import Terms
from booking.timetable.times import Why


def reason(why: Why, terms: Terms) -> str:
    """Why a day has no free time, for whoever wants to book."""
    if why == Why.PAST:
        return _("Past")
    if why == Why.BEYOND:
        text = ngettext("Bookings open %(n)s day ahead", "Bookings open %(n)s days ahead", terms.horizon_days)
        return text % {"n": terms.horizon_days}
    if why == Why.CLOSED:
        return _("Closed")
    if why == Why.TOO_SOON:
        return _("Too soon: book at least %(notice)s ahead") % {"notice": minutes_in_words(terms.notice)}
    return _("Full")


def minutes_in_words(minutes: int) -> str:
    if minutes % 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
