"""The last step: the account is made, the documents are accepted by version, and the booking is made or paid for."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts.actions import clients
from accounts.models import User
from booking.actions import appointments, groups, series
from booking.consents import Box
from booking.errors import HoldLost, NotBookable
from booking.models import Appointment, Status
from common.compiled import Compiled, Given
from legal import receipt_mails
from legal.actions import acceptances
from legal.models import LegalDocument, LegalVersion
from practitioners.models import Practitioner

# What the messages of a booking say.
RELATED = ("practitioner", "service", "place", "policy")
_LOCKED = Compiled(
    lambda: (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .annotate(practitioner_status=F("practitioner__status"))
        .filter(pk=Given("pk"))
        .order_by()
    )
)


@transaction.atomic
def commit(
    *,
    appointment_id: int,
    user: User | None,
    boxes: list[Box],
    privacy: LegalVersion | None,
    express_request: bool,
    page: str,
    ip: str,
    agent: str,
    now: dt.datetime,
    read: Appointment | None = None,
) -> Appointment:
    """Tie the hold to its client, with the evidence of what was accepted, and book it. Raises HoldLost, NotBookable, AdultsOnly, AlreadySeated.

    `user` is who is signed in; otherwise the account of the address is found or made, and nobody is signed in. Where nothing is
    paid online the appointment is booked in the same transaction, with every date of its series (SeriesDateTaken). `read`: the
    appointment as the caller found it, whose practitioner, service, place and policy need not be read again. `privacy`: the
    practitioner's policy that the page showed.
    """
    appointment = _LOCKED.first(pk=appointment_id)
    if appointment is None or appointment.status != Status.HELD or not appointment.contact_email:
        raise HoldLost
    if appointment.practitioner_status != Practitioner.Status.LISTED:
        raise NotBookable  # suspended since the time was chosen (R6)
    for name in RELATED if read is not None else ():
        if getattr(appointment, f"{name}_id") == getattr(read, f"{name}_id"):
            setattr(appointment, name, getattr(read, name))
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
    is_new = False
    for box in boxes:
        if box.version.pk not in accepted:
            row = acceptances.accept(
                user=user, version=box.version, box_text=box.text, page=page, ip=ip, agent=agent, now=now, proved=proved
            )
            is_new = is_new or row.recorded_at == now
        if box.version.document.kind == LegalDocument.Kind.PRACTITIONER_TERMS:
            appointment.practitioner_terms = box.version
    if is_new:
        receipt_mails.queue(user=user, now=now)
    appointment.practitioner_privacy = privacy
    appointment.client = user
    appointment.express_request_at = now if express_request else None
    if appointment.advance_cents or appointment.series_id is not None:
        appointment.save()
    if appointment.advance_cents:
        return appointment
    if appointment.series_id is not None:
        return series.book(appointment_id=appointment.pk, now=now)
    return appointments.book_locked(appointment, now=now)
