from booking.models.appointment import Appointment, AppointmentEvent, Status
from booking.models.fee import FeeRate
from booking.models.opening import BookingSettings, Closure, OpeningRule
from booking.models.payment import Payment, Refund, StripeAccount
from booking.models.stripe_event import StripeEvent

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "BookingSettings",
    "Closure",
    "FeeRate",
    "OpeningRule",
    "Payment",
    "Refund",
    "Status",
    "StripeAccount",
    "StripeEvent",
]
