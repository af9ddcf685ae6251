"""From a person to their rows where there is money: payments and invoices are two people's, and each has their own side."""

import json
from typing import Any

from django.db.models import Q

from booking.platform_report.identity import unsealed
from common import crypto
from common.personal_rows import Trail, lead

CLIENTS = "Données de vos clients : elles se lisent et s’exportent depuis votre espace praticien."
OTHER = "Données d’une autre personne."
TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."
OWN = ("practitioner__user_id",)
CLIENT = ("appointment__client_id",)
SELLER = ("appointment__practitioner__user_id",)
PAYER = ("payment__appointment__client_id",)
PAID = ("payment__appointment__practitioner__user_id",)
SUBSCRIBED = ("subscription__subscriber__practitioner__user_id",)
_SUM = ("amount_cents", "status")


def register() -> None:
    _payments()
    _payouts()
    _invoices()
    _operator()


def _payments() -> None:
    lead(
        Trail("booking.StripeAccount", role="practitioner", links=OWN, also=("card_payments", "checked_at")),
        Trail("booking.Payment", role="client", links=CLIENT, hidden=("account",), withheld="Le compte de paiement est celui du praticien.",
              also=(*_SUM, "paid_at", "created_at")),
        Trail("booking.Payment", role="practitioner", links=SELLER, fields=("appointment", "account"), withheld=CLIENTS,
              also=(*_SUM, "fee_cents", "paid_at")),
        Trail("booking.Refund", role="client", links=PAYER, also=(*_SUM, "ordered_at", "settled_at")),
        Trail("booking.Refund", role="practitioner", links=PAID, fields=("payment",), withheld=CLIENTS, also=(*_SUM, "settled_at")),
        Trail("booking.PaymentEvent", role="client", links=PAYER, also=("step", "at")),
        Trail("booking.PaymentEvent", role="practitioner", links=PAID, fields=("payment",), withheld=CLIENTS, also=("step", "at")),
        Trail("booking.PaymentLink", role="client", links=CLIENT, fields=("appointment",), withheld="Écrit par le praticien ; le lien est un secret.",
              also=("amount_cents", "created_at", "paid_at")),
        Trail("booking.PaymentLink", role="author", links=("created_by_id",), hidden=("token",), withheld="Secret technique.",
              also=("amount_cents", "created_at", "paid_at")),
        Trail("booking.Dispute", role="client", links=PAYER, also=(*_SUM, "opened_at", "closed_at")),
        Trail("booking.Dispute", role="practitioner", links=PAID, fields=("payment", "dispute_id"), withheld=CLIENTS, also=(*_SUM, "opened_at")),
        Trail("booking.DisputeAnswer", role="practitioner", links=("dispute__payment__appointment__practitioner__user_id", "actor_id"),
              fields=("dispute", "words", "actor"), withheld="Les pièces nomment le client.", also=("state", "sent_at")),
        Trail("booking.DisputeAnswer", role="client", links=("dispute__payment__appointment__client_id",), fields=("dispute",),
              withheld="Réponse du praticien à sa banque.", also=("state", "sent_at")),
        Trail("booking.DisputeEvent", role="client", links=("dispute__payment__appointment__client_id",), fields=("dispute",), withheld=OTHER,
              also=("what", "at")),
        Trail("booking.DisputeEvent", role="practitioner", links=("dispute__payment__appointment__practitioner__user_id", "actor_id"),
              fields=("dispute",), withheld=OTHER, also=("what", "at")),
        Trail("booking.LedgerTransaction", role="client", links=CLIENT, hidden=("note",), withheld="Mention comptable interne.",
              also=("kind", "at")),
        Trail("booking.LedgerTransaction", role="practitioner", links=SELLER, hidden=("note",), withheld="Mention comptable interne.",
              also=("kind", "at")),
        Trail("booking.LedgerLine", role="client", links=("transaction__appointment__client_id",), also=("amount_cents", "at")),
        Trail("booking.LedgerLine", role="practitioner", links=("transaction__appointment__practitioner__user_id",), also=("amount_cents", "at")),
        Trail("booking.ProcessingFeeToRead", role="practitioner", links=PAID, also=("attempts",)),
        Trail("booking.ProcessingFeeToRead", role="client", links=PAYER, also=("attempts",)),
    )  # fmt: skip


def _payouts() -> None:
    lead(
        Trail("booking.Payout", role="practitioner", links=("account__practitioner__user_id",), also=("status", "amount_cents", "arrival_on")),
        Trail("booking.PayoutLine", role="practitioner", links=("payout__account__practitioner__user_id",), also=("kind", "amount_cents")),
        Trail("booking.PayoutLine", role="client", links=PAYER, fields=("payment",), withheld="Virement du praticien.", also=("amount_cents",)),
    )  # fmt: skip


def _invoices() -> None:
    own_fees = Q(issuer=None)
    lead(
        Trail("booking.Invoice", role="client", links=("client_id",), also=("number", "issued_on", "gross_cents")),
        # The operator's invoice to a practitioner names nobody else; the practitioner's own invoices name the client.
        Trail("booking.Invoice", role="practitioner", links=OWN, where=own_fees, also=("number", "issued_on", "gross_cents")),
        Trail("booking.Invoice", role="issuer", links=("issuer__user_id",), fields=("issuer", "practitioner", "seller"), withheld=CLIENTS,
              also=("number", "issued_on", "gross_cents")),
        Trail("booking.InvoiceLine", role="client", links=("invoice__client_id",), also=("gross_cents",)),
        Trail("booking.InvoiceLine", role="practitioner", links=("invoice__practitioner__user_id",), where=Q(invoice__issuer=None),
              also=("gross_cents",)),
        Trail("booking.InvoiceLine", role="issuer", links=("invoice__issuer__user_id",), fields=("served_on",), withheld=CLIENTS,
              also=("gross_cents",)),
        Trail("booking.InvoiceFile", role="client", links=("invoice__client_id",), also=("sha256", "made_at")),
        Trail("booking.InvoiceFile", role="practitioner", links=("invoice__practitioner__user_id",), where=Q(invoice__issuer=None),
              also=("sha256", "made_at")),
        Trail("booking.InvoiceFile", role="issuer", links=("invoice__issuer__user_id",), fields=("content",), hidden=("content",),
              withheld=CLIENTS, also=("sha256", "made_at")),
        Trail("booking.InvoicingSettings", role="practitioner", links=OWN),
        Trail("booking.BillingDetails", links=("user_id",), also=("updated_at",), ends_with_account=True),
        Trail("booking.LateStep", role="client", links=("invoice__client_id",), fields=("invoice",), withheld=OTHER, also=("kind", "at")),
        Trail("booking.LateStep", role="practitioner", links=("invoice__practitioner__user_id",), fields=("invoice",), withheld=OTHER,
              also=("kind", "at")),
        Trail("booking.LateStep", role="actor", links=("by_id",), fields=("by",), withheld=TEAM, also=("kind", "at")),
        Trail("booking.LateHold", role="client", links=("invoice__client_id",), fields=("invoice", "reason"), withheld=OTHER, also=("opened_at",)),
        Trail("booking.LateHold", role="practitioner", links=("invoice__practitioner__user_id",), where=Q(invoice__issuer=None),
              fields=("invoice", "reason"), withheld=OTHER, also=("opened_at",)),
        Trail("booking.LateHold", role="actor", links=("opened_by_id", "closed_by_id"), fields=("opened_by", "closed_by"), withheld=TEAM,
              also=("opened_at",)),
    )  # fmt: skip


def _operator() -> None:
    lead(
        Trail("booking.TaxDetails", role="practitioner", links=OWN, hidden=("sealed",), withheld="Le contenu figure en clair.",
              also=("nature", "updated_at"), reads=(("naissance", _birth),)),
        Trail("booking.TaxReport", role="team", links=("made_by_id", "filed_by_id"), fields=("made_by", "filed_by"), withheld=TEAM,
              also=("year", "number", "made_at")),
        Trail("booking.TaxReportLine", role="practitioner", links=OWN, hidden=("sealed_identity",), withheld="Le contenu figure en clair.",
              also=("version",), reads=(("identité déclarée", _declared),)),
        Trail("booking.ServiceSubscriber", role="practitioner", links=OWN),
        Trail("booking.ServiceSubscription", role="practitioner", links=("subscriber__practitioner__user_id",),
              hidden=("session_url", "pay_url"), withheld="Adresses de paiement : des secrets.", also=("reference", "service_name", "state")),
        Trail("booking.SubscriptionEvent", role="practitioner", links=SUBSCRIBED, also=("step", "at")),
        Trail("booking.SubscriptionPayment", role="practitioner", links=SUBSCRIBED, also=("amount_cents", "paid_at")),
        Trail("booking.SubscriptionRefund", role="practitioner", links=("payment__subscription__subscriber__practitioner__user_id",),
              fields=("payment", "refund_id"), withheld=OTHER, also=("amount_cents", "status")),
        Trail("booking.SubscriptionDispute", role="practitioner", links=("payment__subscription__subscriber__practitioner__user_id",)),
        Trail("booking.AccountsSent", role="practitioner", links=SUBSCRIBED, also=("month", "at")),
    )  # fmt: skip


def _birth(row: Any) -> object:
    birth = unsealed(row)
    return {name: str(value) for name, value in vars(birth).items()}


def _declared(row: Any) -> object:
    return json.loads(crypto.decrypt(row.sealed_identity)) if row.sealed_identity else {}
