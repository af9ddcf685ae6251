from booking.models.appointment import Appointment, AppointmentEvent, Status
from booking.models.calendar import CalendarConnection, CalendarFeed, ExternalBusy, ExternalCalendar, PublishedEvent
from booking.models.client_record import ClientRecord, Relative
from booking.models.fee import FeeRate
from booking.models.group import GroupSession
from booking.models.intake import (
    IntakeAnswer,
    IntakeConsent,
    IntakeConsentDetail,
    IntakeQuestion,
    IntakeSettings,
)
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
    "CalendarConnection",
    "CalendarFeed",
    "ClientRecord",
    "Closure",
    "ExternalBusy",
    "ExternalCalendar",
    "FeeRate",
    "GroupSession",
    "IntakeAnswer",
    "IntakeConsent",
    "IntakeConsentDetail",
    "IntakeQuestion",
    "IntakeSettings",
    "Occupation",
    "OpeningRule",
    "Payment",
    "PolicyVersion",
    "PublishedEvent",
    "Refund",
    "Relative",
    "Series",
    "Status",
    "StripeAccount",
    "StripeEvent",
    "TravelTime",
]
