"""The versions of a practitioner's cancellation and moving policy, made when somebody books under new terms."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import BookingSettings, PolicyVersion
from booking.policies.offer import settings_of
from common.compiled import Compiled, Given
from practitioners.models import Practitioner

TRIES = 5
TERMS = ("cancellation_tiers", "move_hours", "most_moves")
_LAST = Compiled(lambda: PolicyVersion.objects.filter(practitioner=Given("practitioner")).order_by("-number")[:1])
# With what the settings say now beside it, which hardly ever differs.
_LAST_BESIDE = Compiled(
    lambda: (
        PolicyVersion.objects.filter(practitioner=Given("practitioner"))
        .annotate(**{f"now_{name}": F(f"practitioner__booking_settings__{name}") for name in TERMS})
        .order_by("-number")[:1]
    )
)


def current(*, practitioner: Practitioner, now: dt.datetime) -> PolicyVersion:
    """The version that says what the practitioner's settings say now. Two who book at once get the same one."""
    known: PolicyVersion | None = _LAST_BESIDE.first(practitioner=practitioner.pk)
    if known and _says(known, _beside(known)):
        return known
    settings = settings_of(practitioner)
    terms = {name: getattr(settings, name) for name in TERMS}
    for _try in range(TRIES):
        last = _LAST.first(practitioner=practitioner.pk)
        if last and _says(last, terms):
            return last
        try:
            with transaction.atomic():
                return PolicyVersion.objects.create(
                    practitioner=practitioner,
                    number=last.number + 1 if last else 1,
                    text=in_words(**terms),
                    created_at=now,
                    **terms,
                )
        except IntegrityError as error:
            # Somebody else wrote this number meanwhile: it is read again.
            if "policies_are_numbered" not in str(error):
                raise
    raise RuntimeError(f"policy of practitioner {practitioner.pk} changes faster than it can be read")


def _beside(known: PolicyVersion) -> dict[str, Any]:
    """Who never set anything has no row: all of it is empty, which no row of its own could be."""
    terms = {name: getattr(known, f"now_{name}") for name in TERMS}
    return {name: getattr(BookingSettings(), name) for name in TERMS} if terms["move_hours"] is None else terms


def _says(version: PolicyVersion, terms: dict[str, Any]) -> bool:
    return all(getattr(version, name) == value for name, value in terms.items())


def in_words(*, cancellation_tiers: list[dict[str, int]], move_hours: int, most_moves: int) -> str:
    """As shown to clients, in French whatever the language of who books."""
    with translation.override("fr"):
        return "\n".join([*_cancelling(cancellation_tiers), _moving(move_hours, most_moves)])


def _cancelling(tiers: list[dict[str, int]]) -> list[str]:
    text = _("Cancelling at least %(ahead)s before the session gives back %(share)s of what was paid online.")
    lines = [text % {"ahead": ahead(tier["hours_before"]), "share": f"{tier['percent']}\u00a0%"} for tier in tiers]
    later = _("Later, nothing is given back.") if tiers else _("Cancelling gives back nothing of what was paid online.")
    return [*lines, later]


def _moving(hours: int, most: int) -> str:
    if not most:
        return _("Clients do not move a session themselves.")
    text = ngettext(
        "Moving is free until %(ahead)s before the session, once.",
        "Moving is free until %(ahead)s before the session, up to %(n)s times.",
        most,
    )
    return text % {"ahead": ahead(hours), "n": most}


def ahead(hours: int) -> str:
    """`3 days`, `24 hours`."""
    if hours >= 48 and hours % 24 == 0:
        return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
