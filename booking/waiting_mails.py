"""What those who wait are written: one layout, few words, and in every message the way to leave the list."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from booking import calendar_grid, waiting_links
from booking.models import WaitingEntry, WaitingOffer
from booking.waiting_words import order_rule, wishes_in_words
from common import outbox
from common.wording import clock_time, long_date, long_datetime


def confirm(entry: WaitingEntry, *, now: dt.datetime) -> None:
    """Asked for again, it is sent again: at most once a minute."""
    with translation.override("fr"):
        _send(
            entry,
            key=f"confirm-{now:%Y%m%d%H%M}",
            subject=_("Confirm: tell me when a time becomes free"),
            title=_("One press and you are on the list"),
            lines=[
                _("You asked to be told when a time becomes free. The order is that of registration: yours is kept."),
                _("You did not ask for it? Do nothing: your address is erased within two days."),
            ],
            button=_("Put me on the list"),
        )


def already_waiting(entry: WaitingEntry, *, now: dt.datetime) -> None:
    with translation.override("fr"):
        _send(
            entry,
            key=f"known-{now:%Y%m%d}",
            subject=_("You are on the waiting list already"),
            title=_("You are on the list already"),
            lines=[_("Somebody, probably you, asked again with this address. You keep your turn and your wishes.")],
            button=_("See my registration"),
        )


def registered(entry: WaitingEntry) -> None:
    with translation.override("fr"):
        _send(
            entry,
            key="registered",
            subject=_("You are on the waiting list of %(person)s") % {"person": entry.practitioner.full_name},
            title=_("You are on the waiting list"),
            lines=[order_rule()],
            button=_("See my registration"),
        )


def removed(entry: WaitingEntry) -> None:
    with translation.override("fr"):
        _send(
            entry,
            key="removed",
            subject=_("You are no longer on the waiting list of %(person)s") % {"person": entry.practitioner.full_name},
            title=_("You are no longer on the list"),
            lines=[_("The practitioner took you off the list. You can still book any free time.")],
            button=_("See my registration"),
        )


def over(entry: WaitingEntry) -> None:
    with translation.override("fr"):
        _send(
            entry,
            key="over",
            subject=_("No time became free in your dates"),
            title=_("Your dates are past"),
            lines=[_("No time that fits your wishes could be booked in these dates. You can register again.")],
            button=_("See my registration"),
        )


def offer(found: WaitingOffer) -> None:
    """The one message that counts: what became free, until when it is kept, and what happens without an answer."""
    appointment, entry = found.appointment, found.entry
    zone = appointment.timezone
    with translation.override("fr"):
        moment = long_datetime(appointment.starts_at, zone)
        _send(
            entry,
            key=f"offer-{found.pk}",
            subject=_("A time is free for you: %(moment)s") % {"moment": moment},
            title=_("A time is free for you"),
            moment=moment,
            lines=[
                _("It is kept for you alone until %(until)s. Without an answer it goes to the next person.")
                % {"until": _until(found.expires_at, ZoneInfo(zone), found.made_at)},
                _(
                    "If it does not suit you, say so on the same page: the next person has it at once, and you keep your turn."
                ),
            ],
            button=_("See this time"),
            path=waiting_links.offer_path(found),
            not_after=found.expires_at,
        )


def _until(moment: dt.datetime, zone: ZoneInfo, now: dt.datetime) -> str:
    if moment.astimezone(zone).date() == now.astimezone(zone).date():
        return _("%(hour)s today") % {"hour": clock_time(moment, zone)}
    return long_datetime(moment, zone, year=False)


def _send(
    entry: WaitingEntry,
    *,
    key: str,
    subject: str,
    title: str,
    lines: list[str],
    button: str,
    moment: str = "",
    path: str = "",
    not_after: dt.datetime | None = None,
) -> None:
    stop_url = waiting_links.absolute(waiting_links.entry_path(entry, "waiting_leave"))
    place = calendar_grid.zone_of(entry.practitioner)
    facts = [
        (_("With"), entry.practitioner.full_name),
        (_("Session"), entry.service.name),
        (_("Your wishes"), wishes_in_words(entry)),
        (_("Registered"), long_date(entry.created_at, place)),
    ]
    outbox.send(
        key=f"waiting-{entry.pk}-{key}",
        to=entry.email,
        template="booking/waiting",
        context={
            "subject": subject,
            "title": title,
            "moment": moment,
            "facts": facts[:2] if moment else facts,
            "lines": lines,
            "button": button,
            "url": waiting_links.absolute(path or waiting_links.entry_path(entry)),
            "stop_url": stop_url,
        },
        not_after=not_after,
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
