"""Who may read a thread, and the links of mails that open threads and requests without signing in.

Having booked in this browser is not enough for a thread: whoever types somebody's address while booking holds the session of that
booking, and the thread may be older. It takes a link that was sent to the address, or the account once its address is confirmed:
an account can be made with anybody's, and its first booking joins the record that the practitioner had of that address.
"""

from typing import TYPE_CHECKING, TypeGuard

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse

from booking import access
from booking.models import Appointment, ClientRecord, ClientRequest, ClientThread

if TYPE_CHECKING:
    from accounts.models import User

OPENED = "booking_threads"
_signer = Signer(salt="booking.thread")


def address_of(record: ClientRecord) -> str:
    """Where mails to this client go; empty when nowhere."""
    return record.email or (record.user.email if record.user else "")


def thread_token(thread: ClientThread) -> str:
    """Bound to the address: a link sent to a former one opens nothing any more."""
    return _signer.sign(f"{thread.key}:{address_of(thread.record)}").rpartition(":")[2]


def thread_url(thread: ClientThread) -> str:
    return settings.BASE_URL + reverse("booking:thread_open", args=[thread.key, thread_token(thread)])


def open_thread(request: HttpRequest, thread: ClientThread, token: str) -> bool:
    try:
        _signer.unsign(f"{thread.key}:{address_of(thread.record)}:{token}")
    except BadSignature:
        return False
    key = str(thread.key)
    opened = [known for known in request.session.get(OPENED, []) if known != key]
    request.session[OPENED] = [*opened, key][-20:]
    return True


def has_proved_address(user: "User | AnonymousUser") -> "TypeGuard[User]":
    """Whether this account reads the mail of the address it bears."""
    return (
        user.is_authenticated
        and EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    )


def may_read(request: HttpRequest, thread: ClientThread) -> bool:
    if thread.record.user_id == request.user.pk and has_proved_address(request.user):
        return True
    return str(thread.key) in request.session.get(OPENED, [])


def is_proved(request: HttpRequest, appointment: Appointment) -> bool:
    """Whether the visitor is its client for certain: signed in with a confirmed address, or come by the link of the mail."""
    if appointment.client_id == request.user.pk and has_proved_address(request.user):
        return True
    return appointment.reference in request.session.get(access.OPENED, [])


def request_url(row: ClientRequest) -> str:
    """The address in mails to the client."""
    appointment = row.appointment
    args = [appointment.reference, row.reference, access.token(appointment)]
    return settings.BASE_URL + reverse("booking:request_open", args=args)


def office_request_url(row: ClientRequest) -> str:
    return settings.BASE_URL + reverse("office:request", args=[row.reference])
