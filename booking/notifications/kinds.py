"""Every message about an appointment, as one table. A kind has templates `emails/booking/<kind>_<reader>.{subject.txt,txt,html}`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLIENT, PRACTITIONER = "client", "practitioner"
BOTH = (CLIENT, PRACTITIONER)


@dataclass(frozen=True)
class Kind:
    """`label`: what pages call the message. `readers`: whom it may be sent to."""

    name: str
    label: str | Promise
    readers: tuple[str, ...] = BOTH


_ROWS = (
    Kind("confirmed", _("Appointment confirmed")),
    Kind("requested", _("Appointment requested")),
    Kind("refused", _("Request not accepted"), (CLIENT,)),
    Kind("unanswered", _("Request expired without an answer"), (PRACTITIONER,)),
    Kind("moved", _("Appointment moved")),
    Kind("proposed", _("Other times proposed"), (CLIENT,)),
    Kind("cancelled", _("Appointment cancelled")),
    Kind("client_absent", _("Client noted absent"), (CLIENT,)),
    Kind("practitioner_absent", _("Practitioner declared absent")),
    Kind("paid_too_late", _("Payment that came too late")),
)
KINDS: dict[str, Kind] = {row.name: row for row in _ROWS}
