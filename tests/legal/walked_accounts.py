"""What the walk of ten years watches in the accounts: names end ten years after the contract, figures stay."""

import datetime as dt

from booking.actions import tax_reports
from booking.models import (
    AccountsSent,
    Dispute,
    DisputeAnswer,
    Invoice,
    InvoiceFile,
    InvoiceLine,
    LateHold,
    ServiceSubscriber,
    ServiceSubscription,
    Status,
    TaxDetails,
    TaxReport,
    TaxReportLine,
)
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.legal import Kind, make_acceptance, make_document, make_version
from tests.factories.paid_services import make_service
from tests.factories.practitioners import PractitionerFactory
from tests.factories.tax import BIRTH
from tests.legal.walked import START, Thing, after

SELLER = {"name": "Solène Bailly", "siren": "900457466"}
BUYER = {"name": "Léa Marchand", "siren": ""}


def of_the_accounts() -> list[Thing]:
    practitioner = PractitionerFactory(first_name="Solène", last_name="Bailly")
    Practitioner.objects.filter(pk=practitioner.pk).update(status="ended", ended_at=START, listed_at=START)
    return [*_invoiced(practitioner), *_subscribed(practitioner), *_declared(practitioner)]


def _invoiced(practitioner: Practitioner) -> list[Thing]:
    # With somebody of whom nothing else is watched, and who goes on elsewhere.
    regular = UserFactory(date_joined=START)
    AppointmentFactory(client=regular, starts_at=after(START, 119), booked_at=START)
    row = AppointmentFactory(
        practitioner=practitioner, client=regular, status=Status.DONE, starts_at=START, booked_at=START
    )
    mandate = make_acceptance(make_version(make_document(Kind.MANDATE), now=START), user=practitioner.user, now=START)
    invoice = Invoice.objects.create(
        kind="client", issuer=practitioner, practitioner=practitioner, client=regular, appointment=row, prefix="W", issued_on=START.date(),
        issued_at=START, due_on=START.date(), seller=SELLER, buyer=BUYER, vat="franchise", net_cents=6000, gross_cents=6000,
        notes=[{"code": "PMT", "text": "Léa paie comptant"}], mandate=mandate, paid_at=START,
    )  # fmt: skip
    InvoiceLine.objects.create(
        invoice=invoice, position=1, label="Séance pour Léa", detail="le 10 janvier", net_cents=6000, gross_cents=6000
    )
    InvoiceFile.objects.create(invoice=invoice, content=b"%PDF", sha256="x", made_at=START)
    hold = LateHold.objects.create(
        invoice=invoice, reason="Léa dit avoir payé", opened_at=START, closed_at=START + dt.timedelta(days=1)
    )
    payment = PaymentFactory(appointment=row, paid_at=START)
    dispute = Dispute.objects.create(
        payment=payment,
        dispute_id="du_walk",
        amount_cents=6000,
        reason="general",
        opened_at=START,
        read_at=START,
        status="lost",
    )
    answer = DisputeAnswer.objects.create(
        dispute=dispute, state="sent", words="Léa est venue", evidence={"customer_name": "Léa"}, updated_at=START, sent_at=START
    )  # fmt: skip
    named = Invoice.objects.filter(pk=invoice.pk)
    return [
        Thing("names of an invoice", after(START, 120), lambda: not named.get().is_ended, "invoice-names"),
        Thing("its seller", after(START, 120), lambda: named.get().seller == SELLER, "invoice-names"),
        Thing("its mentions", after(START, 120), lambda: bool(named.get().notes), "invoice-names"),
        Thing("its lines", after(START, 120), invoice.lines.exclude(label="").exists, "invoice-names"),
        Thing("its file", after(START, 120), InvoiceFile.objects.filter(pk=invoice.pk).exists, "invoice-names"),
        Thing(
            "answer to a bank",
            after(START, 120),
            DisputeAnswer.objects.filter(pk=answer.pk).exclude(words="").exists,
            "dispute-answers",
        ),
        Thing(
            "what was contested",
            after(START + dt.timedelta(days=1), 60),
            LateHold.objects.filter(pk=hold.pk).exclude(reason="").exists,
            "late-words",
        ),
    ]


def _subscribed(practitioner: Practitioner) -> list[Thing]:
    service = make_service()
    subscription = ServiceSubscription.objects.create(
        subscriber=ServiceSubscriber.objects.create(practitioner=practitioner), service=service, version=service.versions.get(),
        service_name=service.name, agreed_by=practitioner.user, agreed_at=START, agreement="x", starts_at_once=True, state="ended",
        session_expires_at=START, stripe_id="sub_walk", begun_at=START, period_start=START, period_end=START, ended_at=START,
        send_to="comptable@example.fr",
    )  # fmt: skip
    AccountsSent.objects.create(subscription=subscription, month=START.date(), sent_to="comptable@example.fr", at=START)
    mine = ServiceSubscription.objects.filter(pk=subscription.pk)
    return [
        Thing("accountant", after(START, 60), mine.exclude(send_to="").exists, "accountants"),
        Thing("accounts sent", after(START, 60), subscription.accounts_sent.exists, "accounts-sent"),
    ]


def _declared(practitioner: Practitioner) -> list[Thing]:
    """Kept ten years after the end of the declared year, which the register says; the details while a declaration needs them."""
    tax_reports.keep_details(practitioner=practitioner, nature="individual", entity_name="", birth=BIRTH, now=START)
    report = TaxReport.objects.create(
        year=START.year - 1, number=1, state="filed", platform={}, made_at=START, filed_at=START, sealed_file="x"
    )
    line = TaxReportLine.objects.create(
        report=report, practitioner=practitioner, action="new", version=1, quarters=[], sealed_identity="x"
    )
    # New year's day of the eleventh year, in Paris' morning or Greenwich's: the night after is what counts.
    ends = dt.datetime(START.year + 10, 1, 1, tzinfo=dt.UTC)
    return [
        Thing("line of a declaration", ends, TaxReportLine.objects.filter(pk=line.pk).exists, "tax-lines"),
        Thing("declaration", ends, TaxReport.objects.filter(pk=report.pk).exists, "tax-reports"),
        Thing(
            "tax identity",
            dt.datetime(START.year + 11, 1, 1, tzinfo=dt.UTC),
            TaxDetails.objects.filter(practitioner=practitioner).exists,
            "tax-details",
        ),
    ]
