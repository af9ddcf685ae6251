"""Invoices and credit notes (M7). Each is what it was on its day: parties, amounts and mentions are copied into it, and the
database numbers it without a gap, refuses any change, and refuses credit beyond what was invoiced (`booking.invoicing.sql`)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.payment import Payment, Refund
from common.models import AppendOnlyModel
from legal.models import Acceptance
from practitioners.models import Practitioner
from practitioners.validators import validate_vat_number


class Vat(models.TextChoices):
    """How an issuer stands with VAT; what each means on an invoice is in `booking.invoicing.vat`."""

    FRANCHISE = "franchise", _("Not charged: small business (franchise en base, art. 293 B)")
    STANDARD = "standard", _("Charged at 20 %")
    EXEMPT_CARE = "care", _("Exempt: regulated care (art. 261, 4, 1°)")
    EXEMPT_TEACHING = "teaching", _("Exempt: teaching and training (art. 261, 4, 4°)")


class InvoicingSettings(models.Model):
    """What a practitioner decides of the invoices made in their name. Without a row nothing is issued for them."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="invoicing")
    vat = models.CharField(_("VAT"), max_length=10, choices=Vat.choices, default=Vat.FRANCHISE)
    automatic = models.BooleanField(
        _("issue the invoice by itself after each session"),
        default=False,
        help_text=_("Otherwise you, or your client from the account, ask for it."),
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.practitioner_id}: {self.vat}"


class BillingDetails(models.Model):
    """To whom a client's invoices are made out, when it is not simply the person: a business shows its SIREN."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="billing_details")
    name = models.CharField(_("name or company"), max_length=120, blank=True)
    street = models.CharField(_("number and street"), max_length=160, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=16, blank=True, validators=[validate_vat_number])
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name or str(self.user_id)


class InvoiceSeries(models.Model):
    """The last number of an issuer's year (0 is the platform); written by the trigger that numbers, by nothing else."""

    issuer_key = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()
    last_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer_key", "year"], name="one_series_an_issuer_and_year")]

    def __str__(self) -> str:
        return f"{self.issuer_key}/{self.year}: {self.last}"


class Invoice(models.Model):
    """An invoice, or a credit note on one (`credit_of`). Only `paid_at` may change afterwards: it is no part of the document."""

    class Kind(models.TextChoices):
        FEE = "fee", _("Service fees")
        SERVICE = "service", _("Paid services")
        CLIENT = "client", _("Session")

    # What is left of a party once the time of the names is over.
    NOBODY = {"name": "", "siren": ""}

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    credit_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes")
    issuer = models.ForeignKey(
        Practitioner,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invoices_issued",
        help_text="empty: the platform",
    )
    practitioner = models.ForeignKey(
        Practitioner,
        on_delete=models.PROTECT,
        related_name="invoices",
        help_text="who it concerns: billed by the platform, or in whose name it is issued",
    )
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    prefix = models.CharField(max_length=8)
    # The three that the database gives.
    year = models.PositiveSmallIntegerField(editable=False, db_default=0)
    sequence = models.PositiveIntegerField(editable=False, db_default=0)
    number = models.CharField(_("number"), max_length=24, editable=False, db_default="")
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField()
    due_on = models.DateField(_("due on"))
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    seller = models.JSONField(help_text="as `booking.invoicing.parties` writes it")
    buyer = models.JSONField()
    vat = models.CharField(max_length=10, choices=Vat.choices)
    vat_basis_points = models.PositiveIntegerField(default=0)
    net_cents = models.PositiveIntegerField()
    vat_cents = models.PositiveIntegerField(default=0)
    gross_cents = models.PositiveIntegerField(_("amount"))
    prepaid_cents = models.PositiveIntegerField(default=0, help_text="already paid when it was issued")
    notes = models.JSONField(default=list, help_text='the mentions: [{"code": "PMT", "text": "…"}]')
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text="of a credit note")
    mandate = models.ForeignKey(
        Acceptance,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="of the billing mandate under which it is issued",
    )
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    written_in = models.BigIntegerField(
        db_default=models.Func(function="txid_current", output_field=models.BigIntegerField()), editable=False
    )

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "sequence"], name="invoices_are_numbered_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["issuer", "number"], name="one_invoice_a_number", nulls_distinct=False),
            models.CheckConstraint(condition=Q(gross_cents=F("net_cents") + F("vat_cents")), name="vat_adds_up"),
            models.CheckConstraint(condition=Q(gross_cents__gt=0), name="an_invoice_is_of_something"),
            models.CheckConstraint(condition=Q(prepaid_cents__lte=F("gross_cents")), name="prepaid_within_the_total"),
            models.CheckConstraint(
                condition=Q(kind="client", issuer=F("practitioner")) | (~Q(kind="client") & Q(issuer=None)),
                name="clients_are_billed_by_practitioners",
            ),
            models.CheckConstraint(
                condition=~Q(kind="client") | Q(appointment__isnull=False, mandate__isnull=False),
                name="a_client_invoice_has_its_mandate",
            ),
            models.CheckConstraint(condition=Q(credit_of=None) | ~Q(reason=""), name="a_credit_note_says_why"),
        ]
        indexes = [
            models.Index(fields=["practitioner", "-issued_on"], name="invoices_of_a_practitioner"),
            models.Index(fields=["client", "-issued_on"], name="invoices_of_a_client"),
            models.Index(fields=["due_on"], condition=Q(paid_at=None, credit_of=None), name="invoices_to_be_paid"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.credit_of_id is not None

    @property
    def is_ended(self) -> bool:
        """Whether its time is over: the parties are no longer named, and there is no file (`booking.retention_accounts`)."""
        return bool(self.buyer == self.NOBODY)

    @property
    def due_cents(self) -> int:
        """What it asked for on the day it was issued."""
        return self.gross_cents - self.prepaid_cents


class InvoiceLine(AppendOnlyModel):
    """One thing invoiced or credited. A fee, its return and a refund are each on one line for ever: none is billed twice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=160)
    detail = models.CharField(max_length=200, blank=True)
    served_on = models.DateField(null=True, blank=True)
    net_cents = models.PositiveIntegerField()
    vat_cents = models.PositiveIntegerField(default=0)
    gross_cents = models.PositiveIntegerField()
    fee_of = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="fee_line", help_text="whose fee this is"
    )
    fee_returned = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="fee_credit_line"
    )
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="client_credit_line"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="lines_have_their_place"),
            models.CheckConstraint(condition=Q(gross_cents=F("net_cents") + F("vat_cents")), name="line_vat_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position} {self.label}"


class InvoiceFile(AppendOnlyModel):
    """The Factur-X PDF as it was made, once. In the database: saved with the rest, and as unchangeable as the invoice."""

    invoice = models.OneToOneField(Invoice, primary_key=True, on_delete=models.PROTECT, related_name="file")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.sha256[:12]}"
