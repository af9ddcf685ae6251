from booking.models.appointment import Appointment, AppointmentEvent, Status
from booking.models.client_record import ClientRecord, Relative
from booking.models.fee import FeeRate
from booking.models.group import GroupSession
from booking.models.occupation import Occupation
from booking.models.opening import BookingSettings, Closure, OpeningRule, TravelTime
from booking.models.payment import Payment, Refund, StripeAccount
from booking.models.policy import PolicyVersion
from booking.models.series import Series
from booking.models.stripe_event import StripeEvent
from booking.models.version import AgendaVersion

__all__ = [
    "AgendaVersion",
    "Appointment",
    "AppointmentEvent",
    "BookingSettings",
    "ClientRecord",
    "Closure",
    "FeeRate",
    "GroupSession",
    "Occupation",
    "OpeningRule",
    "Payment",
    "PolicyVersion",
    "Refund",
    "Relative",
    "Series",
    "Status",
    "StripeAccount",
    "StripeEvent",
    "TravelTime",
]
