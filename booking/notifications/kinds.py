"""Every message about an appointment or an invoice, as one table. A kind has templates `emails/booking/<kind>_<reader>.{subject.txt,txt,html}`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import OutboxMessage

CLIENT, PRACTITIONER = "client", "practitioner"
BOTH = (CLIENT, PRACTITIONER)
Channel = OutboxMessage.Channel


@dataclass(frozen=True)
class Kind:
    """`label`: what pages call the message. `readers`: whom it may be sent to.

    `choice`: the field of their preferences by which its reader may turn it off; a message without one belongs to the contract.
    `is_reminder`: it leaves at most once, and never for an appointment that no longer stands at its time.
    """

    name: str
    label: str | Promise
    readers: tuple[str, ...] = BOTH
    channel: str = Channel.EMAIL
    is_reminder: bool = False
    client_choice: str = ""
    practitioner_choice: str = ""
    # Whether the operator may write it: what says nothing but a list has no words.
    has_words: bool = True
    # What the platform bills is about no appointment: nothing of one can be said (`booking.notifications.billing`).
    of_appointment: bool = True

    def choice(self, reader: str) -> str:
        return self.client_choice if reader == CLIENT else self.practitioner_choice


_ROWS = (
    Kind("confirmed", _("Appointment confirmed"), practitioner_choice="bookings"),
    Kind("requested", _("Appointment requested")),
    Kind("refused", _("Request not accepted"), (CLIENT,)),
    Kind("unanswered", _("Request expired without an answer"), (PRACTITIONER,)),
    Kind("moved", _("Appointment moved"), practitioner_choice="changes"),
    Kind("proposed", _("Other times proposed"), (CLIENT,)),
    Kind("cancelled", _("Appointment cancelled"), practitioner_choice="changes"),
    Kind("series_booked", _("Series booked"), practitioner_choice="bookings"),
    Kind("series_ended", _("Series ended"), practitioner_choice="changes"),
    Kind("client_absent", _("Client noted absent"), (CLIENT,)),
    Kind("practitioner_absent", _("Practitioner declared absent")),
    Kind("reminder_48h", _("Reminder two days before"), (CLIENT,), is_reminder=True, client_choice="email_48h"),
    Kind("reminder_2h", _("Reminder two hours before"), (CLIENT,), is_reminder=True, client_choice="email_2h"),
    Kind("reminder_sms", _("Reminder by SMS"), (CLIENT,), Channel.SMS, is_reminder=True, client_choice="sms"),
    Kind("tomorrow", _("Your day tomorrow"), (PRACTITIONER,), practitioner_choice="tomorrow", has_words=False),
    Kind("paid_too_late", _("Payment that came too late")),
    Kind("refunded", _("Refund decided by the practitioner"), (CLIENT,)),
    Kind("refund_released", _("Refund that a dispute kept back"), (CLIENT,)),
    Kind("dispute_opened", _("Payment contested by a client’s bank"), (PRACTITIONER,)),
    Kind("dispute_reminder", _("Dispute without an answer"), (PRACTITIONER,)),
    Kind("dispute_closed", _("Dispute decided by the bank"), (PRACTITIONER,)),
    Kind("invoice_issued", _("Invoice of a session"), (CLIENT,)),
    Kind("credit_issued", _("Credit note on the invoice of a session"), (CLIENT,)),
    Kind("fee_invoice_issued", _("Invoice of the platform"), (PRACTITIONER,), of_appointment=False),
    Kind("fee_credit_issued", _("Credit note of the platform"), (PRACTITIONER,), of_appointment=False),
    Kind("payment_asked", _("Payment asked for online"), (CLIENT,)),
    Kind("link_paid", _("Payment received online"), practitioner_choice="changes"),
    Kind("request_received", _("Request received"), (CLIENT,)),
    Kind("request_answered", _("Request answered"), (CLIENT,)),
    Kind("request_opened", _("Request of a client"), (PRACTITIONER,)),
    Kind("request_added", _("Request completed by the client"), (PRACTITIONER,)),
    Kind("request_reminder", _("Request without an answer"), (PRACTITIONER,)),
    Kind("request_closed", _("Request closed by the client"), (PRACTITIONER,)),
    Kind("request_unresolved", _("Request left to the mediator")),
)
KINDS: dict[str, Kind] = {row.name: row for row in _ROWS}


def of_template(template: str) -> tuple[Kind, str]:
    """The kind and the reader of `booking/<kind>_<reader>`."""
    name, _underscore, reader = template.removeprefix("booking/").rpartition("_")
    return KINDS[name], reader
