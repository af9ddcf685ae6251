"""Tasks take ids and call one action; every one may run twice. Beat runs the sweeps, which find what a lost task left.

Each is imported here: this is where Celery looks for them, and by this package they are named (config/celery.py)."""

from booking.tasks.appointments import expire_holds, finish_cancelled_group, keep_groups, send_reminders
from booking.tasks.calendars import sync_calendar, sync_due_calendars
from booking.tasks.clients import forget_exchanges, purge_intake, remind_of_requests
from booking.tasks.departures import settle_departure, settle_departures
from booking.tasks.disputes import (
    keep_disputes,
    read_account_money,
    read_account_state,
    read_accounts,
    send_dispute_answer,
)
from booking.tasks.invoices import follow_up_late_payments, issue_fee_invoices, keep_invoices, make_invoice_file
from booking.tasks.paid_services import (
    finish_subscription_payment,
    keep_subscriptions,
    send_subscription_refund,
    serve_subscriptions,
    tell_stripe_of_subscription,
)
from booking.tasks.payments import (
    check_payment,
    process_event,
    process_pending_events,
    read_processing_fee,
    read_processing_fees,
    reconcile_payments,
    reconcile_stripe,
    send_refund,
)
from booking.tasks.platform import write_tax_report, write_tax_reports
from booking.tasks.waiting import keep_waiting_list, offer_freed_times, purge_waiting_list, withdraw_offer

__all__ = [
    "check_payment",
    "expire_holds",
    "finish_cancelled_group",
    "finish_subscription_payment",
    "follow_up_late_payments",
    "forget_exchanges",
    "issue_fee_invoices",
    "keep_disputes",
    "keep_groups",
    "keep_invoices",
    "keep_subscriptions",
    "keep_waiting_list",
    "make_invoice_file",
    "offer_freed_times",
    "process_event",
    "process_pending_events",
    "purge_intake",
    "purge_waiting_list",
    "read_account_money",
    "read_account_state",
    "read_accounts",
    "read_processing_fee",
    "read_processing_fees",
    "reconcile_payments",
    "reconcile_stripe",
    "remind_of_requests",
    "send_dispute_answer",
    "send_refund",
    "send_reminders",
    "send_subscription_refund",
    "serve_subscriptions",
    "settle_departure",
    "settle_departures",
    "sync_calendar",
    "sync_due_calendars",
    "tell_stripe_of_subscription",
    "withdraw_offer",
    "write_tax_report",
    "write_tax_reports",
]
