"""The application file (R2), item by item, each with its evidence (R4): what was checked, by whom, when, until when."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.catalogue import Practice
from practitioners.models.practitioner import Practitioner


def private_storage() -> object:
    return storages["private"]


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
    document = models.FileField(upload_to="applications/", storage=private_storage, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.MISSING)
    provided_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True, help_text="what was seen")
    refusal_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("item of an application file")
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "kind", "practice"], name="an_item_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=~models.Q(status="accepted") | (models.Q(checked_at__isnull=False) & ~models.Q(evidence="")),
                name="an_accepted_item_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.practitioner}"
