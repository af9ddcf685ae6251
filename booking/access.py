"""Who may open an appointment: its client, the visitor's session that chose its time, or who holds the link from the mail."""

import datetime as dt
import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, Q
from django.http import HttpRequest
from django.urls import reverse

from accounts.addresses import doubts, has_doubtful_address
from booking.models import Appointment, Status
from booking.models.appointment import AppointmentQuerySet
from practitioners.models import Practitioner

HOLDER = "booking_holder"
OPENED = "booking_opened"
# Those whose payment goes on in this browser: it reads them as the one that chose the time does, and proves nothing of the client.
PAYING = "booking_paying"
_signer = Signer(salt="booking.manage")
_paying = Signer(salt="booking.pay")


def holder_key(request: HttpRequest) -> str:
    """The secret that ties holds to this visitor's session, if one was ever chosen."""
    return str(request.session.get(HOLDER, ""))


def ensure_holder_key(request: HttpRequest) -> str:
    key = holder_key(request)
    if not key:
        key = request.session[HOLDER] = secrets.token_urlsafe(32)
    return key


def is_holder(request: HttpRequest, appointment: Appointment) -> bool:
    key = holder_key(request)
    return bool(key) and secrets.compare_digest(key, appointment.holder_key)


def held_by(key: str, practitioner: Practitioner, *, now: dt.datetime) -> Appointment | None:
    """The time with this practitioner that the visitor with this key holds at `now`: going back, it is still one's own."""
    if not key:
        return None
    mine = Appointment.objects.filter(
        practitioner=practitioner, status=Status.HELD, holder_key=key, hold_expires_at__gt=now, starts_at__gt=now
    )
    return mine.order_by("-pk").first()


def details_url(appointment: Appointment) -> str:
    """Where booking a held time goes on."""
    return reverse("booking:details", args=[appointment.reference])


def may_open(request: HttpRequest, appointment: Appointment) -> bool:
    """Reading it, cancelling it. A hold belongs to its session only."""
    if is_holder(request, appointment):
        return True
    if appointment.status == Status.HELD:
        return False
    if appointment.reference in [*request.session.get(OPENED, []), *request.session.get(PAYING, [])]:
        return True
    user = request.user
    return user.is_authenticated and appointment.client_id == user.pk and not has_doubtful_address(user)


def seen_by(request: HttpRequest) -> AppointmentQuerySet:
    """The account's, for who signed in; else those booked or opened from this browser, which may be a shared one.

    An account can be made with anybody's address: until it is confirmed, it sees what this browser booked and no more.
    """
    mine = Q(reference__in=request.session.get(OPENED, []))
    if key := holder_key(request):
        mine |= Q(holder_key=key)
    if request.user.is_authenticated:
        mine = Q(client=request.user) & (mine | Q(~Exists(doubts(request.user))))
    return Appointment.objects.booked().filter(mine)


def token(appointment: Appointment) -> str:
    return _signer.sign(appointment.reference).rpartition(":")[2]


def manage_url(appointment: Appointment) -> str:
    """The address that opens the appointment without signing in; for mails to its client only."""
    return settings.BASE_URL + reverse("booking:open", args=[appointment.reference, token(appointment)])


def resume_url(appointment: Appointment) -> str:
    """Where a payment that was begun goes on, in any browser; shown to who holds the time only."""
    signed = _paying.sign(f"{appointment.reference}:{appointment.holder_key[:12]}").rpartition(":")[2]
    return settings.BASE_URL + reverse("booking:resume", args=[appointment.reference, signed])


def resumes(appointment: Appointment, given: str) -> bool:
    try:
        _paying.unsign(f"{appointment.reference}:{appointment.holder_key[:12]}:{given}")
    except BadSignature:
        return False
    return True


def remember_paying(request: HttpRequest, appointment: Appointment) -> None:
    known = [one for one in request.session.get(PAYING, []) if one != appointment.reference]
    request.session[PAYING] = [*known, appointment.reference][-5:]


def is_paying(request: HttpRequest, appointment: Appointment) -> bool:
    """Whether the payment of this held time goes on in this browser."""
    return appointment.reference in request.session.get(PAYING, [])


def cannot_come_url(appointment: Appointment) -> str:
    """The link « je ne peux plus venir » of a reminder: opens the page with the policy, never cancels by itself."""
    return settings.BASE_URL + reverse("booking:cannot_come", args=[appointment.reference, token(appointment)])


def open_with(request: HttpRequest, reference: str, given: str) -> bool:
    """Remember in the session that this visitor holds the link."""
    try:
        _signer.unsign(f"{reference}:{given}")
    except BadSignature:
        return False
    opened = [known for known in request.session.get(OPENED, []) if known != reference]
    request.session[OPENED] = [*opened, reference][-20:]
    return True
