"""What can be booked, and where."""

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from places.models import Commune
from practitioners.models.catalogue import Practice
from practitioners.models.practitioner import Practitioner


class Mode(models.TextChoices):
    """Ways to meet; the values are those of the search addresses."""

    PRACTICE = "cabinet", _("At the practice")
    VIDEO = "visio", _("By video")
    HOME = "domicile", _("At home")


class PracticePlace(models.Model):
    """A place where the practitioner receives. Coordinates are WGS 84 degrees."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField(default=0, help_text="0 is the main place")
    name = models.CharField(_("name"), max_length=80, blank=True)
    street = models.CharField(_("number and street"), max_length=160)
    complement = models.CharField(_("building, floor"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    access = models.TextField(_("how to come"), max_length=600, blank=True)
    door_code = models.CharField(_("door code"), max_length=60, blank=True, help_text=_("Shown after booking only."))
    step_free = models.BooleanField(_("step-free access"), default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.street}, {self.postal_code} {self.commune.short_name}"

    @property
    def timezone(self) -> str:
        return self.commune.department.timezone


class Service(models.Model):
    class Payment(models.TextChoices):
        NONE = "none", _("No online payment")
        DEPOSIT = "deposit", _("A deposit")
        FULL = "full", _("The full price")

    class Advance(models.TextChoices):
        ARRHES = "arrhes", _("Arrhes")
        ACOMPTE = "acompte", _("Acompte")

    class Confirmation(models.TextChoices):
        INSTANT = "instant", _("At once")
        REQUEST = "request", _("On request")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="services")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), max_length=800, blank=True)
    mode = models.CharField(_("where"), max_length=10, choices=Mode.choices, default=Mode.PRACTICE)
    duration_minutes = models.PositiveSmallIntegerField(_("duration (minutes)"))
    buffer_before_minutes = models.PositiveSmallIntegerField(_("pause before (minutes)"), default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(_("pause after (minutes)"), default=0)
    price_cents = models.PositiveIntegerField(_("price"), help_text="cents of euro, VAT included")
    payment = models.CharField(_("online payment"), max_length=8, choices=Payment.choices, default=Payment.NONE)
    deposit_cents = models.PositiveIntegerField(_("deposit"), default=0)
    deposit_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the practitioner said a share of the price: `deposit_cents` is that share"
    )
    advance = models.CharField(
        _("nature of the advance"), max_length=8, choices=Advance.choices, default=Advance.ARRHES
    )
    confirmation = models.CharField(
        _("confirmation"), max_length=8, choices=Confirmation.choices, default=Confirmation.INSTANT
    )
    accepts_minors = models.BooleanField(_("accepts minors"), default=False)
    first_session = models.BooleanField(_("first session"), default=False)
    follow_up = models.BooleanField(
        _("follow-up"), default=False, help_text=_("Only offered to clients who already came.")
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, help_text=_("More than one: a group session."))
    preparation = models.TextField(
        _("how to prepare"), max_length=800, blank=True, help_text=_("Sent to the client with the confirmation.")
    )
    internal_note = models.TextField(
        _("private note"), max_length=400, blank=True, help_text=_("Never shown to anybody but you.")
    )
    bookable = models.BooleanField(_("can be booked online"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("service")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(duration_minutes__gte=10, duration_minutes__lte=480), name="service_duration_between"
            ),
            models.CheckConstraint(
                condition=~models.Q(payment="deposit")
                | models.Q(deposit_cents__gt=0, deposit_cents__lte=models.F("price_cents")),
                name="a_deposit_is_part_of_the_price",
            ),
            models.CheckConstraint(
                condition=models.Q(deposit_percent=None)
                | models.Q(
                    deposit_percent__gte=1,
                    deposit_percent__lte=100,
                    deposit_cents=(Cast("price_cents", models.BigIntegerField()) * models.F("deposit_percent") + 50)
                    / 100,
                ),
                name="a_deposit_in_percent_is_that_share",
            ),
            models.CheckConstraint(condition=models.Q(seats__gte=1, seats__lte=500), name="a_service_has_seats"),
            models.CheckConstraint(condition=~models.Q(first_session=True, follow_up=True), name="first_or_follow_up"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        return self.seats > 1

    @property
    def advance_cents(self) -> int:
        """What is paid at booking, in cents: nothing, the deposit, or the price."""
        return {"none": 0, "deposit": self.deposit_cents, "full": self.price_cents}[self.payment]
