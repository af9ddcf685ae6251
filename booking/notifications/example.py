"""An invented appointment and everything that a message may be caused with: for previews that show nobody."""

import datetime as dt
from typing import Any

from booking.cancellation_terms import dated_lines
from booking.models import Appointment, Status
from common.money import format_euros
from common.wording import long_datetime

STARTS = dt.datetime(2026, 12, 1, 13, 30, tzinfo=dt.UTC)
ZONE = "Europe/Paris"
LINK = "https://monprodubienetre.example/s/EXEMPLE234/a1b2c3d4e5f6/"
FROZEN: dict[str, Any] = {
    "appointment": {
        "id": 0, "reference": "EXEMPLE234", "status": Status.CONFIRMED, "starts_at": STARTS,
        "ends_at": STARTS + dt.timedelta(hours=1), "timezone": ZONE, "mode": "cabinet",
        "service_name": "Séance de sophrologie", "price_cents": 6000, "advance_cents": 2000, "advance_kind": "arrhes",
        "on_request": False, "cancellation_tiers": [{"hours_before": 24, "percent": 100}], "contact_first_name": "Camille",
        "contact_last_name": "Durand", "contact_email": "camille@exemple.fr", "contact_phone": "+33612345678",
        "for_relative": False, "attendee_first_name": "", "attendee_last_name": "", "attendee_is_minor": False,
        "home_street": "", "home_complement": "", "home_postal_code": "", "group_id": None, "series_id": None,
        "booked_in_office": False, "moves": 0, "answer_by": STARTS - dt.timedelta(days=3),
        "booked_at": STARTS - dt.timedelta(days=5), "cancelled_at": None, "calendar_sequence": 0,
    },
    "practitioner": {
        "id": 0, "slug": "claire-morel", "first_name": "Claire", "last_name": "Morel",
        "professional_email": "claire@exemple.fr", "phone": "", "mediator": "Médiation de la consommation",
        "mediator_contact": "mediation.example",
    },
    "service": {"id": 0, "name": "Séance de sophrologie", "duration_minutes": 60, "seats": 1, "preparation": ""},
    "place": {
        "id": 0, "name": "", "street": "12 rue de la République", "complement": "2e étage", "postal_code": "69002",
        "access": "Métro Bellecour, sortie rue de la République.", "door_code": "12B34", "step_free": True,
        "commune": {"insee": "69382", "name": "Lyon 2e Arrondissement"},
    },
    "home_commune": None,
}  # fmt: skip


def facts_of_nobody() -> dict[str, Any]:
    return completed(FROZEN, STARTS, ZONE)


def facts_like(appointment: Appointment, frozen: dict[str, Any]) -> dict[str, Any]:
    """Those of a real appointment, with what the message would be caused with made up."""
    return completed(frozen, appointment.starts_at, appointment.timezone)


def completed(frozen: dict[str, Any], starts_at: dt.datetime, zone: str) -> dict[str, Any]:
    before = starts_at - dt.timedelta(days=2)
    terms = dated_lines([{"hours_before": 24, "percent": 100}], paid=2000, starts_at=starts_at, now=before)
    return frozen | {
        "said_at": before,
        "with_file": False,
        "terms": [{"until": line.until, "refund": line.refund} for line in terms],
        "url": "https://monprodubienetre.example/",
        "cannot_come_url": LINK,
        "stop_url": LINK,
        "more": {
            "refund_cents": 2000,
            "amount_cents": 2000,
            "amount": format_euros(2000),
            "by_client": False,
            "ending": "",
            "was_taken": True,
            "why": "lost",
            "whole": False,
            "link_url": "https://monprodubienetre.example/rendez-vous/payer/exemple/",
            "dispute_cents": 2000,
            "due_by": starts_at,
            "inquiry": False,
            "unanswered": False,
            "before": before,
            "until": before,
            "free_cancel": False,
            "times": long_datetime(starts_at, zone),
            "dates": [long_datetime(starts_at, zone)],
            "requested": False,
            "request_reference": "D-EXEMPLE",
            "request_kind": "refund",
            "opened_at": before,
            "answer_by": starts_at,
            "mediator": "Médiation de la consommation",
            "mediator_contact": "mediation.example",
            "days": 7,
            "step": 1,
            "outcome": "accepted",
            "number": 1,
            "invoice_number": "F-2026-0042",
            "due_cents": 0,
            "due_on": starts_at.date(),
            "credited_number": "F-2026-0038",
            "credit_reason": "Tarif annoncé au téléphone",
            "period_start": dt.date(2026, 11, 1),
            "period_end": dt.date(2026, 11, 30),
            "of_fees": True,
        },
    }
