"""The appointment that an address opens, and what every page about one shows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from booking import access, lifecycle, move_terms
from booking.actions import appointments, moving
from booking.errors import NotBookable
from booking.lifecycle import Step
from booking.models import Appointment, Proposal, Refund
from booking.views import pages
from legal.actions import documents
from legal.models import LegalVersion
from practitioners.models import Service

# Shown at booking and frozen with it; of their texts the page needs only the names.
OWN_DOCUMENTS = ("practitioner_terms", "practitioner_privacy")


def opened(request: HttpRequest, reference: str) -> Appointment | HttpResponse:
    """The one that this visitor may open; else the page that says so (404)."""
    rows = Appointment.objects.for_pages().select_related("policy", *(f"{name}__document" for name in OWN_DOCUMENTS))
    rows = rows.defer(*(f"{name}__{text}" for name in OWN_DOCUMENTS for text in ("articles", "preamble", "summary")))
    found = rows.filter(reference=reference[:12]).first()
    if found is None or not access.may_open(request, found):
        return unknown(request)
    return found


def unknown(request: HttpRequest) -> HttpResponse:
    text = _(
        "This appointment does not exist, or this address does not open it. Use the link of your confirmation mail, or sign in."
    )
    return pages.refused(request, NotBookable(text))


def actor_of(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def context_of(appointment: Appointment, *, now: dt.datetime) -> dict[str, Any]:
    place = appointment.place
    choices = _choices(appointment, now)
    paid_online = choices["paid"] if choices["move"] else appointments.paid_cents(appointment)
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "place": place,
        "zone": appointment.timezone,
        "refunds": Refund.objects.filter(payment__appointment=appointment),
        "payment": appointment.payments.filter(link=None).order_by("-attempt").first(),
        "paid_online": paid_online,
        "left_on_site": max(0, appointment.price_cents - paid_online),
        "is_arrhes": appointment.advance_kind == Service.Advance.ARRHES,
        "own_documents": [],
        "profile_url": pages.profile_url(appointment.practitioner),
        "times_url": pages.times_url(appointment.practitioner, appointment.service),
    } | choices


def _choices(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    """What its client may do now, and what that costs or gives back."""
    coming = appointment.is_upcoming and now < appointment.starts_at
    move = moving.consequence(appointment=appointment, now=now) if coming else None
    return {
        "terms": pages.terms_of(appointment, now, paid=move.paid) if move else [],
        "may_cancel": coming and lifecycle.may(appointment, Step.CANCEL_BY_CLIENT),
        "may_move": coming and move_terms.may_move(appointment, now=now),
        "move": move,
        "due": move.refund_now if move else 0,
        "paid": move.paid if move else 0,
        "may_declare": appointments.may_declare_absence(appointment, now=now),
        "proposal": _open_proposal(appointment, now),
        "started": appointment.is_upcoming and now >= appointment.starts_at,
    }


@dataclass(frozen=True)
class OwnDocument:
    """`newer`: the number of the version that who books now reads instead; 0 without one."""

    version: LegalVersion
    newer: int = 0


def own_documents(appointment: Appointment, *, now: dt.datetime, compared: bool) -> list[OwnDocument]:
    """The practitioner's documents that the appointment was booked under, of which it was opened with the names."""
    versions = [version for name in OWN_DOCUMENTS if (version := getattr(appointment, name)) is not None]
    wanted = [(version.document.kind, version.document.owner_id) for version in versions] if compared else []
    today = documents.in_force(wanted, now=now)
    found = []
    for version in versions:
        latest = today.get((version.document.kind, version.document.owner_id))
        found.append(OwnDocument(version, latest.number if latest and latest.number > version.number else 0))
    return found


def _open_proposal(appointment: Appointment, now: dt.datetime) -> Proposal | None:
    if not appointment.is_upcoming:
        return None
    return appointment.proposals.filter(status=Proposal.Status.OPEN, expires_at__gt=now).first()
