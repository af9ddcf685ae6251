"""A practitioner: identity and legal facts that were checked, and where the referencing stands."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text import sort_key
from places.models.gazetteer import words_of
from practitioners.models.catalogue import Practice, Theme
from practitioners.validators import siren_of_vat, validate_siret, validate_vat_number


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    def listed(self) -> "PractitionerQuerySet":
        """Those the public may see: confirmed by the operator, neither suspended nor gone."""
        return self.filter(status=Practitioner.Status.LISTED)

    def with_profile(self) -> "PractitionerQuerySet":
        """With all that the public page and its completeness read, in a bounded number of queries."""
        return self.select_related("user", "page").prefetch_related(
            "practice_links__practice", "themes", "services", "places__commune__department", "items"
        )


class Practitioner(models.Model):
    class Status(models.TextChoices):
        APPLYING = "applying", _("Application in progress")
        SUBMITTED = "submitted", _("To be checked")
        LISTED = "listed", _("Listed")
        SUSPENDED = "suspended", _("Suspended")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Contract ended")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practitioner")
    slug = models.SlugField(max_length=120, unique=True, help_text="address of the public page: /praticiens/<slug>/")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    sort_name = models.CharField(
        max_length=170, editable=False, db_index=True, help_text="folded; the database has no French order"
    )
    professional_email = models.EmailField(_("professional e-mail"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    phone_on_request = models.BooleanField(_("show my number to visitors who ask for it"), default=False)
    street = models.CharField(_("number and street"), max_length=160, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    capital_cents = models.PositiveIntegerField(_("capital"), null=True, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    vat_number = models.CharField(_("VAT number"), max_length=16, blank=True, validators=[validate_vat_number])
    insurer = models.CharField(_("professional liability insurer"), max_length=120, blank=True)
    insurance_number = models.CharField(_("policy number"), max_length=60, blank=True)
    insurance_until = models.DateField(_("insured until"), null=True, blank=True)
    mediator = models.CharField(_("consumer mediator"), max_length=160, blank=True)
    mediator_contact = models.CharField(_("mediator's contact"), max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="ISO 639-1 codes")
    payment_methods = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text="carte, especes, cheque, virement"
    )
    themes = models.ManyToManyField(Theme, related_name="practitioners", blank=True)
    home_radius_km = models.PositiveSmallIntegerField(_("home visits within (km)"), null=True, blank=True)
    partner_software = models.BooleanField(_("uses the partner software"), default=False)
    partner_since = models.DateField(null=True, blank=True)
    partner_evidence = models.CharField(max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.APPLYING)
    submitted_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text="the contract starts then; seniority counts from it"
    )
    status_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="end of the contract; a trigger writes it with the status"
    )
    media = models.OneToOneField(
        "wagtailcore.Collection",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="where the practitioner's own pictures are; nobody else's can be chosen",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        ordering = ["sort_name"]
        # `LIKE '% word%'` on a name that begins with a space: the start of any of its words (search.names).
        indexes = [
            GinIndex(OpClass(words_of("sort_name"), name="gin_trgm_ops"), name="practitioner_words", fastupdate=False)
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="listed") | models.Q(listed_at__isnull=False), name="listed_since_a_date"
            ),
            models.CheckConstraint(
                condition=models.Q(home_radius_km=None) | models.Q(home_radius_km__in=[5, 10, 20, 30, 50, 100]),
                name="home_radius_from_the_list",
            ),
            models.CheckConstraint(
                condition=models.Q(partner_software=False)
                | (models.Q(partner_since__isnull=False) & ~models.Q(partner_evidence="")),
                name="partner_flag_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The name that is sorted and searched follows the one that is shown."""
        self.sort_name = sort_key(self.last_name, self.first_name)
        if (fields := kwargs.get("update_fields")) is not None and {"first_name", "last_name"} & set(fields):
            kwargs["update_fields"] = {*fields, "sort_name"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Facts that contradict one another are refused together, where the person can see both."""
        if self.siret and self.vat_number and siren_of_vat(self.vat_number) != self.siret[:9]:
            raise ValidationError({"vat_number": _("This VAT number belongs to another SIREN than the SIRET.")})
        if self.partner_software and not (self.partner_since and self.partner_evidence):
            raise ValidationError(
                {"partner_software": _("Give the date and the evidence: the flag changes the ranking.")}
            )

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def shows_phone(self) -> bool:
        return self.phone_on_request and bool(self.phone)

    @property
    def is_listed(self) -> bool:
        return self.status == self.Status.LISTED

    @property
    def main_practice(self) -> str:
        """The main practice that was checked, by its name: nouns of trades have a gender, and nobody is asked theirs."""
        links = self.checked_practices
        return links[0].practice.name if links else ""

    @property
    def checked_practices(self) -> list["PractitionerPractice"]:
        """Those whose certificate was checked (R3), the main one first."""
        return [link for link in self.practice_links.all() if link.certificate_checked_at]


class PractitionerPractice(models.Model):
    """A practice that is offered; neither shown nor indexed until its certificate was checked (R3)."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="practice_links")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="practitioner_links")
    position = models.PositiveSmallIntegerField(default=0, help_text="0 is the main practice")
    school = models.CharField(_("school"), max_length=160, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    certificate_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["practitioner", "practice"], name="a_practice_once")]

    def __str__(self) -> str:
        return f"{self.practice}"
