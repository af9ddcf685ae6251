from booking.models.appointment import Appointment, AppointmentEvent, Status
from booking.models.calendar import CalendarConnection, CalendarFeed, ExternalBusy, ExternalCalendar, PublishedEvent
from booking.models.client_import import ClientImport
from booking.models.client_record import ClientRecord, Relative
from booking.models.client_request import ClientRequest, ClientRequestEvent, ClientRequestWords
from booking.models.dispute import Dispute, DisputeAnswer, DisputeEvent
from booking.models.fee import FeeRate
from booking.models.first_message import FirstMessage
from booking.models.group import GroupSession
from booking.models.intake import (
    IntakeAnswer,
    IntakeConsent,
    IntakeConsentDetail,
    IntakeQuestion,
    IntakeSettings,
)
from booking.models.invoice import (
    BillingDetails,
    Invoice,
    InvoiceFile,
    InvoiceLine,
    InvoiceSeries,
    InvoicingSettings,
    Vat,
)
from booking.models.late_payment import LateHold, LateRate, LateStep
from booking.models.ledger import LedgerLine, LedgerTransaction, ProcessingFeeToRead, Reconciliation
from booking.models.message import ClientMessage, ClientThread
from booking.models.notification import MessageWording, NotificationPreference, PractitionerNotifications
from booking.models.occupation import Occupation
from booking.models.opening import BookingSettings, Closure, OpeningRule, TravelTime
from booking.models.paid_service import PaidService, PaidServiceVersion
from booking.models.payment import Payment, Refund, StripeAccount
from booking.models.payment_event import PaymentEvent
from booking.models.payment_link import PaymentLink
from booking.models.payout import Payout, PayoutLine
from booking.models.policy import PolicyVersion
from booking.models.proposal import Proposal
from booking.models.series import Series
from booking.models.stripe_event import StripeEvent
from booking.models.subscription import ServiceSubscriber, ServiceSubscription, SubscriptionEvent
from booking.models.subscription_money import AccountsSent, SubscriptionDispute, SubscriptionPayment, SubscriptionRefund
from booking.models.tax import TaxDetails, TaxReport, TaxReportLine
from booking.models.version import AgendaVersion
from booking.models.waiting import FreedTime, WaitingEntry, WaitingOffer
from booking.models.withdrawal import Standing, Withdrawal, WithdrawalRule, WithdrawalStep, WithdrawalWords

__all__ = [
    "AccountsSent",
    "AgendaVersion",
    "Appointment",
    "AppointmentEvent",
    "BillingDetails",
    "BookingSettings",
    "CalendarConnection",
    "CalendarFeed",
    "ClientImport",
    "ClientMessage",
    "ClientRecord",
    "ClientRequest",
    "ClientRequestEvent",
    "ClientRequestWords",
    "ClientThread",
    "Closure",
    "Dispute",
    "DisputeAnswer",
    "DisputeEvent",
    "ExternalBusy",
    "ExternalCalendar",
    "FeeRate",
    "FirstMessage",
    "FreedTime",
    "GroupSession",
    "IntakeAnswer",
    "IntakeConsent",
    "IntakeConsentDetail",
    "IntakeQuestion",
    "IntakeSettings",
    "Invoice",
    "InvoiceFile",
    "InvoiceLine",
    "InvoiceSeries",
    "InvoicingSettings",
    "LateHold",
    "LateRate",
    "LateStep",
    "LedgerLine",
    "LedgerTransaction",
    "MessageWording",
    "NotificationPreference",
    "Occupation",
    "OpeningRule",
    "PaidService",
    "PaidServiceVersion",
    "Payment",
    "PaymentEvent",
    "PaymentLink",
    "Payout",
    "PayoutLine",
    "PolicyVersion",
    "PractitionerNotifications",
    "ProcessingFeeToRead",
    "Proposal",
    "PublishedEvent",
    "Reconciliation",
    "Refund",
    "Relative",
    "Series",
    "ServiceSubscriber",
    "ServiceSubscription",
    "Standing",
    "Status",
    "StripeAccount",
    "StripeEvent",
    "SubscriptionDispute",
    "SubscriptionEvent",
    "SubscriptionPayment",
    "SubscriptionRefund",
    "TaxDetails",
    "TaxReport",
    "TaxReportLine",
    "TravelTime",
    "Vat",
    "WaitingEntry",
    "WaitingOffer",
    "Withdrawal",
    "WithdrawalRule",
    "WithdrawalStep",
    "WithdrawalWords",
]
