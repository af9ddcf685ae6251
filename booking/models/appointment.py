"""An appointment from the choice of its time to its end, and the record of every step."""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from booking.models.client_record import ClientRecord, Relative
from booking.models.group import GroupSession
from booking.models.policy import PolicyVersion
from booking.models.series import Series
from common import compiled
from common.models import AppendOnlyModel
from legal.models import LegalVersion
from places.models import Commune
from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode


class Status(models.TextChoices):
    HELD = "held", _("Held")
    REQUESTED = "requested", _("To be accepted")
    CONFIRMED = "confirmed", _("Confirmed")
    DONE = "done", _("Done")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    CANCELLED_BY_CLIENT = "cancelled_client", _("Cancelled by the client")
    CANCELLED_BY_PRACTITIONER = "cancelled_pro", _("Cancelled by the practitioner")
    CLIENT_ABSENT = "client_absent", _("Client absent")
    PRACTITIONER_ABSENT = "pro_absent", _("Practitioner absent")


OCCUPYING = (Status.HELD, Status.REQUESTED, Status.CONFIRMED)
UPCOMING = (Status.REQUESTED, Status.CONFIRMED)
CANCELLED = (Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_PRACTITIONER)
NEVER_BOOKED = (Status.HELD, Status.EXPIRED)
_WRITTEN = object()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def occupying(self) -> "AppointmentQuerySet":
        """Those whose time nobody else can have."""
        return self.filter(status__in=OCCUPYING)

    def booked(self) -> "AppointmentQuerySet":
        """Those that went beyond the choice of a time."""
        return self.exclude(status__in=NEVER_BOOKED)

    def for_pages(self) -> "AppointmentQuerySet":
        return self.select_related("practitioner", "service", "place__commune__department", "client")


class Appointment(models.Model):
    """Everything that was shown at booking is frozen here: price, advance, fee, cancellation scale, words of the service.

    While held, requested or confirmed, triggers keep its busy range (`busy_*`, buffers included) in `Occupation`, whose
    exclusion constraint refuses two at once whatever the code does; a seat of a group occupies nothing by itself.
    """

    reference = models.CharField(max_length=12, unique=True)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="appointments")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    place = models.ForeignKey(
        PracticePlace, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.HELD)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField()
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()
    timezone = models.CharField(max_length=40)

    # Frozen when the time is chosen.
    mode = models.CharField(max_length=10, choices=Mode.choices)
    service_name = models.CharField(max_length=100)
    price_cents = models.PositiveIntegerField(_("price"))
    advance_cents = models.PositiveIntegerField(_("paid online"), default=0)
    advance_kind = models.CharField(max_length=8, choices=Service.Advance.choices, default=Service.Advance.ARRHES)
    on_request = models.BooleanField(default=False)
    fee_basis_points = models.PositiveIntegerField(default=0)
    fee_fixed_cents = models.PositiveIntegerField(default=0)
    fee_each_payment = models.BooleanField(default=False)
    fee_cents = models.PositiveIntegerField(default=0, help_text="taken on the first online payment; 0 without one")
    cancellation_tiers = models.JSONField(default=list, blank=True)
    policy = models.ForeignKey(PolicyVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner_terms = models.ForeignKey(
        LegalVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    practitioner_privacy = models.ForeignKey(
        LegalVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="the practitioner's privacy policy that was shown: information, nothing to accept",
    )
    express_request_at = models.DateTimeField(
        null=True, blank=True, help_text="when the client asked for performance before the end of the withdrawal period"
    )

    # Who comes, as typed: an existing account with the same address shows nothing of itself.
    contact_first_name = models.CharField(max_length=80, blank=True)
    contact_last_name = models.CharField(max_length=80, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    sms_reminder = models.BooleanField(_("reminder by SMS"), default=False, help_text="asked for at booking")
    adult_declared = models.BooleanField(default=False)
    for_relative = models.BooleanField(default=False)
    attendee_first_name = models.CharField(max_length=80, blank=True)
    attendee_last_name = models.CharField(max_length=80, blank=True)
    attendee_is_minor = models.BooleanField(default=False)
    relative = models.ForeignKey(
        Relative, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    # Where a session at home takes place; within the practitioner's radius when it was booked.
    home_street = models.CharField(max_length=160, blank=True)
    home_complement = models.CharField(max_length=120, blank=True)
    home_postal_code = models.CharField(max_length=5, blank=True)
    home_commune = models.ForeignKey(Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    record = models.ForeignKey(
        ClientRecord,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="appointments",
        help_text="the practitioner's entry of this client",
    )
    group = models.ForeignKey(
        GroupSession,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seats_taken",
        help_text="of which this is one seat",
    )
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    booked_in_office = models.BooleanField(default=False, help_text="by the practitioner, for a client")
    moves = models.PositiveSmallIntegerField(default=0, help_text="how often the client moved it")

    holder_key = models.CharField(max_length=43, blank=True, help_text="of the visitor's session that chose the time")
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    hold_extended = models.BooleanField(default=False)
    answer_by = models.DateTimeField(null=True, blank=True, help_text="an unanswered request expires then")
    booked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    calendar_sequence = models.PositiveSmallIntegerField(default=0, help_text="SEQUENCE of the ICS event")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()
    # Wagtail would otherwise note, at every step of every booking, which legal version it points to: a third of its cost.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_appointment_lasts"),
            models.CheckConstraint(
                condition=Q(busy_start__lte=F("starts_at"), busy_end__gte=F("ends_at")),
                name="buffers_are_around_the_session",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | (Q(hold_expires_at__isnull=False) & ~Q(holder_key="")),
                name="a_hold_expires",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "expired"])
                | Q(client__isnull=False, booked_at__isnull=False)
                | Q(record__isnull=False, booked_in_office=True, booked_at__isnull=False),
                name="a_booked_appointment_has_its_client",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["cancelled_client", "cancelled_pro"], cancelled_at__isnull=False)
                | (~Q(status__in=["cancelled_client", "cancelled_pro"]) & Q(cancelled_at=None)),
                name="cancelled_means_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="requested") | Q(answer_by__isnull=False), name="a_request_has_its_deadline"
            ),
            models.CheckConstraint(condition=Q(advance_cents__lte=F("price_cents")), name="advance_within_the_price"),
            models.CheckConstraint(
                condition=Q(advance_cents=0, fee_cents=0) | Q(fee_cents__lt=F("advance_cents")),
                name="fee_below_the_advance",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "starts_at"]),
            models.Index(fields=["client", "-starts_at"]),
            models.Index(fields=["hold_expires_at"], condition=Q(status="held"), name="holds_to_expire"),
            models.Index(fields=["starts_at"], condition=Q(status="confirmed"), name="confirmed_by_start"),
            models.Index(
                fields=["practitioner_privacy"],
                condition=Q(practitioner_privacy__isnull=False),
                name="appointments_under_a_privacy",
            ),
            models.Index(fields=["holder_key"], condition=~Q(holder_key=""), name="appointments_of_a_session"),
        ]

    # As the database gave it, for `save_changes`; nothing when some of it is no longer known.
    _read: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.reference} {self.starts_at:%Y-%m-%d %H:%M}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        made = super().from_db(db, field_names, values, **options)
        made.note_read(field_names, values)
        return made

    def note_read(self, names: Iterable[str], values: Iterable[Any]) -> None:
        self._read = dict(zip(names, values, strict=True))

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._read = None

    def save_changes(self) -> None:
        """Of a row of some fifty columns, those that differ from what was read; all of them, where that is not known.

        What was written once is written again: a savepoint may have undone it meanwhile.
        """
        if self._state.adding or self._read is None:
            self.save()
            return
        mine, read = self.__dict__, self._read
        changed = [
            name for name in mine if name in read and (mine[name] is not read[name] and mine[name] != read[name])
        ]
        compiled.update(self, changed)
        for name in changed:
            read[name] = _WRITTEN

    @property
    def contact_name(self) -> str:
        return f"{self.contact_first_name} {self.contact_last_name}".strip()

    @property
    def phone_in_words(self) -> str:
        """As French numbers are written, with no-break spaces: `06 12 34 56 78`."""
        number = PhoneNumber.from_string(self.contact_phone) if self.contact_phone else None
        return number.as_national.replace(" ", "\u00a0") if number else ""

    @property
    def attendee_name(self) -> str:
        """Who comes to the session."""
        return (
            f"{self.attendee_first_name} {self.attendee_last_name}".strip() if self.for_relative else self.contact_name
        )

    @property
    def on_site_cents(self) -> int:
        return self.price_cents - self.advance_cents

    @property
    def is_upcoming(self) -> bool:
        return self.status in UPCOMING

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED


class AppointmentEvent(AppendOnlyModel):
    """One transition: from, to, why and by whom. Rows are only ever added (a trigger refuses the rest)."""

    class By(models.TextChoices):
        CLIENT = "client", _("the client")
        PRACTITIONER = "practitioner", _("the practitioner")
        SYSTEM = "system", _("the platform")
        STRIPE = "stripe", "Stripe"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    by = models.CharField(max_length=12, choices=By.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
    written_in = models.BigIntegerField(
        db_default=models.Func(function="txid_current", output_field=models.BigIntegerField()),
        editable=False,
        help_text="the transaction: the database checks that a status never changes without its event",
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.action}: {self.before} → {self.after}"

    @property
    def in_words(self) -> str:
        """What happened, for the history: a new state, or an act that leaves it as it is."""
        acts = {
            "extend": _("Held 10 more minutes"),
            "move": _("Moved"),
            "propose": _("Other times proposed"),
            "refund": _("Refunded"),
            "withdraw": _("The client withdrew from the contract"),
        }
        return str(acts.get(self.action) or Status(self.after).label)
