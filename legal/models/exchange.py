"""What people write to the site and what it answers: the contact form, and the support conversations of signed-in people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from legal.models.document import LegalVersion


class Exchange(models.Model):
    class Kind(models.TextChoices):
        CONTACT = "contact", _("contact form")
        SUPPORT = "support", _("help in the account")

    class Category(models.TextChoices):
        APPOINTMENT = "appointment", _("An appointment")
        PAYMENT = "payment", _("A payment or a refund")
        ACCOUNT = "account", _("My account, signing in")
        PAGE = "page", _("A practitioner's page")
        LISTING = "listing", _("Being listed on the site")
        DATA = "data", _("My personal data")
        ACCESS = "access", _("Accessibility")
        PRESS = "press", _("Press, partnership")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("exchange", "waits for us")
        ANSWERED = "answered", pgettext_lazy("exchange", "answered")
        CLOSED = "closed", pgettext_lazy("exchange", "closed")

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    category = models.CharField(_("about"), max_length=12, choices=Category.choices)
    subject = models.CharField(_("subject"), max_length=120)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="exchanges"
    )
    policy = models.ForeignKey(
        LegalVersion, null=True, on_delete=models.PROTECT, related_name="+", help_text="the privacy policy shown"
    )
    received_at = models.DateTimeField(_("received on"))
    last_at = models.DateTimeField(help_text="when the person last wrote: the age of what waits")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        ordering = ["last_at"]
        indexes = [
            models.Index(fields=["last_at"], condition=~models.Q(state="closed"), name="exchange_queue"),
            models.Index(fields=["closed_at"], condition=models.Q(state="closed"), name="exchange_closed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="contact") | models.Q(user__isnull=False), name="help_is_for_an_account"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="a_closed_exchange_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class ExchangeMessage(models.Model):
    class By(models.TextChoices):
        PERSON = "person", _("who wrote to us")
        STAFF = "staff", _("our answer")
        NOTE = "note", _("internal note")

    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="messages")
    by = models.CharField(max_length=8, choices=By.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.exchange_id}: {self.by}"
