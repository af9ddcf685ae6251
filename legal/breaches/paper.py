"""The register of one breach on paper (article 33.5): facts, effects, measures, and each act with its moment."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from common import wording
from common.pdf import compose
from legal.actions import operator_values
from legal.models import Breach, BreachEvent
from legal.pdf import TEMPLATES


def render(breach: Breach, *, now: dt.datetime, mark: str) -> bytes:
    """`mark`: who took it, when and why, at the foot of each page."""
    with translation.override("fr"):
        publisher = operator_values.in_force(now=now).get("operateur_nom", "") or "–"
        data = {
            "title": _("Breach %(reference)s") % {"reference": breach.reference},
            "publisher": publisher,
            "foot": _("Register of breaches") + f". {mark}",
            "parts": [
                {"title": breach.title, "rows": _facts(breach)},
                {"title": _("People and messages"), "rows": _people(breach)},
                {"title": _("History"), "rows": [_event(event) for event in breach.events.select_related("by")]},
            ],
        }
    return compose(TEMPLATES / "record.typ", data, moment=now)


def _facts(breach: Breach) -> list[tuple[str, str]]:
    natures = ", ".join(str(Breach.Nature(nature).label) for nature in breach.natures)
    rows = [
        (_("Known since"), wording.long_datetime(breach.known_at)),
        (_("CNIL to be notified by"), wording.long_datetime(breach.due_at)),
        (_("Nature"), natures),
        (_("Facts"), breach.facts),
        (_("Categories of data"), ", ".join(breach.categories)),
        (_("Likely consequences"), breach.consequences),
        (_("Measures taken"), breach.measures),
        (_("Risk"), str(breach.get_risk_display())),
        (_("CNIL notified on"), wording.long_datetime(breach.cnil_notified_at) if breach.cnil_notified_at else ""),
        (_("Reference at the CNIL"), breach.cnil_reference),
        (_("Why after 72 hours"), breach.cnil_late_reason),
        (_("Why it is not notified"), breach.not_notified_reason),
        (_("Lessons"), breach.lessons),
    ]
    return [(name, value or "–") for name, value in rows]


def _people(breach: Breach) -> list[tuple[str, str]]:
    rows = [
        (_("People concerned, about"), str(breach.people_estimate) if breach.people_estimate is not None else "–"),
        (_("People recorded"), str(breach.people.filter(is_person=True).count())),
        (_("Practitioners recorded"), str(breach.people.filter(clients__gt=0).count())),
    ]
    rows += [
        (str(row.get_to_display()), _("%(n)d messages, asked for %(moment)s") % {
            "n": row.count, "moment": wording.long_datetime(row.asked_at),
        })
        for row in breach.messages.all()
    ]  # fmt: skip
    return rows


def _event(event: BreachEvent) -> tuple[str, str]:
    who = str(event.by) if event.by else _("by itself")
    words = f"{event.get_what_display()} ({who})"
    return (wording.short_datetime(event.at), f"{words}\u00a0: {event.words}" if event.words else words)
