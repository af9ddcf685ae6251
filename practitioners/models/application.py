"""The application file (R2), item by item, each with its evidence (R4): what was checked, by whom, when, until when."""

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import antivirus
from common.models import AppendOnlyModel
from common.sealed_files import private_storage
from practitioners.models.catalogue import Practice
from practitioners.models.practitioner import Practitioner


def private_name(item: "ApplicationItem", name: str) -> str:
    """A name that tells nothing and cannot be guessed; the extension is that of the type found in the content."""
    return f"applications/{uuid.uuid4().hex}{Path(name).suffix.lower()}"


class ApplicationItem(models.Model):
    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photograph")
        CERTIFICATE = "certificate", _("Certificate")
        INSURANCE = "insurance", _("Professional liability insurance")
        LEGAL_FORM = "legal_form", _("Legal form")
        SIRET = "siret", "SIRET"
        MEDIATOR = "mediator", _("Consumer mediator")
        VAT = "vat", _("VAT number")
        PRICES = "prices", _("Price list")

    class Status(models.TextChoices):
        MISSING = "missing", _("To do")
        PROVIDED = "provided", _("Being checked")
        ACCEPTED = "accepted", _("Checked")
        REFUSED = "refused", _("To correct")
        LAPSED = "lapsed", _("To renew")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    practice = models.ForeignKey(Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=300, blank=True, help_text="what the practitioner declared")
    document = models.FileField(upload_to=private_name, storage=private_storage, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="when the virus scanner found it clean")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.MISSING)
    provided_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True, help_text="what was seen")
    refusal_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("item of an application file")
        verbose_name_plural = _("items of application files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "kind", "practice"], name="an_item_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~models.Q(status="accepted") | (models.Q(checked_at__isnull=False) & ~models.Q(evidence="")),
                name="an_accepted_item_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.practitioner}"

    @property
    def label(self) -> str:
        """What it is, with the practice a certificate is for."""
        return f"{self.get_kind_display()} – {self.practice}" if self.practice_id else self.get_kind_display()

    @property
    def waits_for_scan(self) -> bool:
        """Its document is not to be opened by anybody yet."""
        return bool(self.document) and self.scanned_at is None and antivirus.is_configured()

    def is_current(self, today: dt.date) -> bool:
        """Checked as it stands, and not past its date."""
        return self.status == self.Status.ACCEPTED and not self._is_past(today)

    def evidence_holds(self, today: dt.date) -> bool:
        """What was seen last holds until its date, also while what was sent after it is looked at: shown as verified."""
        if not self.evidence or self.status == self.Status.LAPSED:
            return False
        return not self._is_past(today)

    def _is_past(self, today: dt.date) -> bool:
        return self.valid_until is not None and self.valid_until < today


class FileEvent(AppendOnlyModel):
    """What happened to a file, by whom and why: each decision of the team and each step of the referencing (R4, R6, R8)."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        DECLARED = "declared", _("Changed by the practitioner")
        ITEM_ACCEPTED = "accepted", _("Item accepted")
        ITEM_REFUSED = "refused", _("Item refused")
        ITEM_ASKED = "asked", _("Item asked again")
        ITEM_LAPSED = "lapsed", _("Item past its date")
        LISTED = "listed", _("Listed")
        REFUSAL_ASKED = "not-asked", _("Refusal proposed")
        REFUSAL_OFF = "not-off", _("Refusal not confirmed")
        NOT_LISTED = "not-listed", _("Referencing refused")
        SUSPENDED = "suspended", _("Listing suspended")
        RESTORED = "restored", _("Listing restored")
        NOTICED = "noticed", _("Formal notice sent")
        CURED = "cured", _("Formal notice met")
        END_ASKED = "end-asked", _("End of the contract proposed")
        END_SET = "end-set", _("End of the contract announced")
        END_OFF = "end-off", _("End of the contract withdrawn")
        ENDED = "ended", _("Contract ended")
        MESSAGE = "message", _("Message")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    item = models.ForeignKey(ApplicationItem, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    detail = models.TextField(blank=True, help_text="the evidence seen, or the reason given to the person")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event of an application file")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["practitioner", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.practitioner}"
