"""The last step: the account is made, the documents are accepted by version, and the booking is made or paid for."""

import datetime as dt

from django.db import transaction

from accounts.actions import clients
from accounts.models import User
from booking.actions import appointments, groups, series
from booking.consents import Box
from booking.errors import HoldLost, NotBookable
from booking.models import Appointment, Status
from legal.actions import acceptances
from legal.models import LegalDocument


@transaction.atomic
def commit(
    *,
    appointment_id: int,
    user: User | None,
    boxes: list[Box],
    express_request: bool,
    page: str,
    ip: str,
    agent: str,
    now: dt.datetime,
) -> Appointment:
    """Tie the hold to its client, with the evidence of what was accepted, and book it. Raises HoldLost, NotBookable, AdultsOnly, AlreadySeated.

    `user` is who is signed in; otherwise the account of the address is found or made, and nobody is signed in. Where nothing is
    paid online the appointment is booked in the same transaction, with every date of its series (SeriesDateTaken).
    """
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    # What the messages of a booking say, read once.
    appointment = rows.select_related("practitioner", "service", "place__commune", "policy").get(pk=appointment_id)
    if appointment.status != Status.HELD or not appointment.contact_email:
        raise HoldLost
    if not appointment.practitioner.is_listed:
        raise NotBookable  # suspended since the time was chosen (R6)
    groups.check_one_seat(appointment=appointment, client=user)
    proved, accepted = True, set[int]()
    if user is None:
        user, proved = clients.find_or_create(
            email=appointment.contact_email,
            first_name=appointment.contact_first_name,
            last_name=appointment.contact_last_name,
            phone=appointment.contact_phone,
            adult=appointment.adult_declared,
            now=now,
        )
    else:
        accepted = acceptances.accepted_among(user=user, versions=[box.version for box in boxes])
    for box in boxes:
        if box.version.pk not in accepted:
            acceptances.accept(
                user=user, version=box.version, box_text=box.text, page=page, ip=ip, agent=agent, now=now, proved=proved
            )
        if box.version.document.kind == LegalDocument.Kind.PRACTITIONER_TERMS:
            appointment.practitioner_terms = box.version
    appointment.client = user
    appointment.express_request_at = now if express_request else None
    if appointment.advance_cents or appointment.series_id is not None:
        appointment.save()
    if appointment.advance_cents:
        return appointment
    if appointment.series_id is not None:
        return series.book(appointment_id=appointment.pk, now=now)
    return appointments.book_locked(appointment, now=now)
