"""A practitioner's entry of a client, and the relatives for whom a client books."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.text import fold
from practitioners.models import Practitioner

SEARCHED = 80  # characters of a query that are looked at
FEWEST = 2
FRENCH_PLAN = ("33", "262", "590", "594", "596", "508")


class ClientRecordQuerySet(models.QuerySet["ClientRecord"]):
    def current(self) -> "ClientRecordQuerySet":
        return self.filter(archived_at=None)

    def matching(self, text: str) -> "ClientRecordQuerySet":
        """Whose name has words that begin like those of `text`, or whose address or telephone contains it; two letters at least."""
        text = text.replace("\0", " ").strip()[:SEARCHED]
        if len(text) < FEWEST:
            return self.none()
        found = Q(email__contains=text.lower())
        words = fold(text).split()
        if words:
            # « ste » is as much the beginning of Stéphanie as sainte.
            unfinished = fold(f"{text}x")[:-1].split()
            found |= _begin_with(words) | _begin_with(unfinished)
        digits = "".join(char for char in text if char.isascii() and char.isdigit())
        if len(digits) >= FEWEST and not any(char.isalpha() for char in text):
            found |= _telephone(digits)
        return self.filter(found)


def _telephone(digits: str) -> Q:
    """Numbers are kept as `+33612345678`: a zero at the beginning stands for a country of the French plan."""
    if digits.startswith("00"):
        return Q(phone__startswith=f"+{digits[2:]}")
    found = Q(phone__contains=digits)
    if digits.startswith("0"):
        for country in FRENCH_PLAN:
            found |= Q(phone__startswith=f"+{country}{digits[1:]}")
    return found


def _begin_with(words: list[str]) -> Q:
    found = Q()
    for word in words:
        found &= Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}")
    return found


class ClientRecord(models.Model):
    """One a client and practitioner, made at the first booking, by hand or by an import. Nothing about health is kept here."""

    class Source(models.TextChoices):
        CLIENT = "client", _("given by the client when booking")
        PRACTITIONER = "practitioner", _("entered by the practitioner")
        IMPORT = "import", _("imported by the practitioner")
        MESSAGE = "message", _("wrote from the public page")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="client_records")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="client_records"
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, help_text="in small letters")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    note = models.TextField(_("practical note"), max_length=1000, blank=True)
    folded_name = models.CharField(max_length=170, blank=True, help_text="what is searched and sorted")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.CLIENT)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ClientRecordQuerySet.as_manager()

    class Meta:
        ordering = ["folded_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "user"], condition=Q(user__isnull=False), name="one_record_a_client"
            ),
            models.UniqueConstraint(
                fields=["practitioner", "email"], condition=~Q(email=""), name="one_record_an_address"
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "folded_name"])]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


class Relative(models.Model):
    """Somebody for whom a client books: a child, a parent. Only what a booking needs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="relatives")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    is_minor = models.BooleanField(_("is a minor"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["first_name", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
