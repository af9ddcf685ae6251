"""What each check looks for, in words."""

from django.utils.translation import gettext_lazy as _

CHECKS = {
    "unbalanced": _("Movement of the ledger that is not whole"),
    "payment": _("Payment that the ledger does not have as it is"),
    "fee": _("Service fee that the ledger does not have as it is"),
    "processing": _("Processing fee that Stripe has not told for a day"),
    "refund": _("Refund that the ledger does not have as it is"),
    "fee_return": _("Service fees given back beyond what was taken"),
    "stray": _("Movement of something that does not exist, or under another name than its own"),
    "party": _("Movement on an account of somebody whom it does not concern"),
    "moment": _("Movement of another day than what it is about"),
    "dispute": _("Disputed payment that the ledger does not have as it is"),
    "payout": _("Payouts that the ledger does not have as they are"),
    "paid_for_nothing": _("Client who paid, has no appointment and no refund"),
    "unpaid": _("Appointment booked without its online payment"),
    "uninvoiced": _("Service fee of a month that is over, without its invoice"),
    "invoiced": _("Service fee invoiced otherwise than it was taken"),
    "credited": _("Service fee credited otherwise than it was given back"),
    "receivable": _("What a practitioner owes differs from the unpaid invoices"),
    "subscription": _("Paid period of a subscription that the ledger does not have as it is"),
    "subscription_fee": _("Processing fee of a subscription that the ledger does not have as Stripe told it"),
    "subscription_refund": _("Refund of a subscription that the ledger does not have as it is"),
    "subscription_invoice": _("Paid period of a subscription, or its refund, without its invoice as it was paid"),
    "subscription_dispute": _("Disputed period of a subscription that the ledger does not have as it is"),
    "stripe": _("Stripe has another amount for this payment"),
    "stripe_unknown": _("Stripe has a payment that is not known here"),
    "stripe_kind": _("Stripe has another total for this kind of movement"),
    "stripe_balance": _("Stripe has another balance for this account"),
}
