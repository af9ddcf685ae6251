"""The end of names in accounts (Annexe A: five years after the contract, then five in restricted archive).

Numbers, dates and amounts stay: whom they were about is a number by then, of an account that was erased.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from booking.models import (
    AccountsSent,
    DisputeAnswer,
    Invoice,
    InvoiceFile,
    InvoiceLine,
    LateHold,
    ServiceSubscription,
    TaxDetails,
    TaxReport,
    TaxReportLine,
)
from common.privacy import Fate
from common.retention import Rule, ending, keep_until, months_before, rules
from legal.retention import periods

_UNTOLD = {"ended": True}
_PRACTITIONER = (("practitioners.Practitioner", "practitioner_id"),)
_OWNER = ("practitioner__user_id",)


def register() -> None:
    keep_until(
        Rule(
            key="invoice-names",
            activity="invoices",
            model="booking.Invoice",
            says="Factures d’un contrat fini : parties, mentions et libellés vidés, fichiers effacés ; numéros, dates et montants restent.",
            expired=lambda moment: Invoice.objects.filter(practitioner__ended_at__lt=moment).exclude(
                buyer=Invoice.NOBODY
            ),
            end=_end_invoices,
            fate=Fate.ANONYMISE,
            people=(*_OWNER, "client_id"),
            objects=_PRACTITIONER,
            archived=True,
        ),
        Rule(
            key="dispute-answers",
            activity="payments",
            model="booking.DisputeAnswer",
            says="Réponses aux litiges bancaires d’un contrat fini : récit et pièces vidés ; les étapes restent.",
            expired=lambda moment: DisputeAnswer.objects.filter(
                dispute__payment__appointment__practitioner__ended_at__lt=moment
            ).exclude(evidence=_UNTOLD),
            end=_end_answers,
            fate=Fate.ANONYMISE,
            people=("dispute__payment__appointment__client_id", "dispute__payment__appointment__practitioner__user_id"),
            objects=(("booking.Appointment", "dispute__payment__appointment_id"),),
            archived=True,
        ),
        Rule(
            key="late-words",
            activity="unpaid-invoices",
            model="booking.LateHold",
            says="Motif d’une contestation de facture, une fois close : vidé.",
            expired=lambda moment: LateHold.objects.filter(closed_at__lt=moment).exclude(reason=""),
            end=_end_late_words,
            fate=Fate.ANONYMISE,
            people=("opened_by_id", "invoice__practitioner__user_id"),
            objects=(("practitioners.Practitioner", "invoice__practitioner_id"),),
        ),
        Rule(
            key="accounts-sent",
            activity="paid-services",
            model="booking.AccountsSent",
            says="Adresses auxquelles un service terminé envoyait les comptes : effacées.",
            expired=lambda moment: AccountsSent._base_manager.filter(subscription__ended_at__lt=moment),
            end=_end_accounts_sent,
            people=("subscription__subscriber__practitioner__user_id",),
            objects=(("practitioners.Practitioner", "subscription__subscriber__practitioner_id"),),
        ),
        Rule(
            key="accountants",
            activity="paid-services",
            model="booking.ServiceSubscription",
            says="Adresse du comptable à qui un service terminé devait envoyer les comptes : effacée.",
            expired=lambda moment: ServiceSubscription.objects.filter(ended_at__lt=moment).exclude(send_to=""),
            end=_end_accountants,
            fate=Fate.ANONYMISE,
            people=("subscriber__practitioner__user_id",),
            objects=(("practitioners.Practitioner", "subscriber__practitioner_id"),),
        ),
    )
    _of_the_declaration()


def _of_the_declaration() -> None:
    keep_until(
        Rule(
            key="tax-lines",
            activity="platform-declaration",
            model="booking.TaxReportLine",
            says="Lignes des déclarations fiscales annuelles : effacées.",
            expired=lambda moment: TaxReportLine._base_manager.filter(report__in=_declared_before(moment)),
            end=_end_tax_lines,
            people=_OWNER,
            objects=_PRACTITIONER,
        ),
        Rule(
            key="tax-reports",
            activity="platform-declaration",
            model="booking.TaxReport",
            says="Fichiers des déclarations fiscales annuelles, une fois leurs lignes effacées : effacés.",
            expired=lambda moment: _declared_before(moment).filter(lines=None),
            end=_end_tax_reports,
        ),
        Rule(
            key="tax-details",
            activity="platform-declaration",
            model="booking.TaxDetails",
            says="Identité fiscale d’un praticien dont le contrat est fini et que plus aucune déclaration ne nomme : effacée.",
            expired=_unneeded_details,
            people=_OWNER,
            objects=_PRACTITIONER,
        ),
    )


def archived_before(now: dt.datetime) -> dt.datetime:
    """Contracts that ended before this moment have their invoices in restricted archive."""
    return months_before(now, periods.in_use(rules.get("invoice-names")))


def _end_invoices(keys: Sequence[int], now: dt.datetime) -> None:
    rows = Invoice.objects.filter(pk__in=keys)
    with ending():
        InvoiceFile._base_manager.filter(pk__in=keys).delete()
        InvoiceLine._base_manager.filter(invoice__in=keys).update(label="", detail="")
        # The platform's own name is nobody's.
        rows.exclude(issuer=None).update(seller=Invoice.NOBODY)
        rows.filter(credit_of=None).update(reason="")
        rows.exclude(credit_of=None).update(reason="–")
        rows.update(buyer=Invoice.NOBODY, notes=[])


def _end_answers(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        DisputeAnswer.objects.filter(pk__in=keys).update(words="", left_out=[], evidence=_UNTOLD, last_error="")


def _end_late_words(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        LateHold.objects.filter(pk__in=keys).update(reason="")


def _end_accounts_sent(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        AccountsSent._base_manager.filter(pk__in=keys).delete()


def _end_accountants(keys: Sequence[int], now: dt.datetime) -> None:
    ServiceSubscription.objects.filter(pk__in=keys).update(send_to="")


def _declared_before(moment: dt.datetime) -> "QuerySet[TaxReport, Any]":
    """Of years that were over at `moment`."""
    return TaxReport.objects.filter(year__lt=moment.year)


def _end_tax_lines(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        TaxReportLine._base_manager.filter(pk__in=keys).delete()


def _end_tax_reports(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        TaxReport.objects.filter(pk__in=keys).delete()


def _unneeded_details(moment: dt.datetime) -> "QuerySet[TaxDetails, Any]":
    """The year in which the contract ended is declared in the next one."""
    return TaxDetails.objects.filter(
        practitioner__ended_at__lt=dt.datetime(moment.year, 1, 1, tzinfo=dt.UTC), practitioner__tax_lines=None
    )
