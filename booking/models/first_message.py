"""What somebody writes to a practitioner from the public page, until the address it came from is confirmed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.message import LONGEST
from practitioners.models import Practitioner


class FirstMessage(models.Model):
    """Kept two days: the press in the mail makes it a message of a thread (`ClientThread`), and the row goes."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="first_messages")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), help_text="in small letters")
    text = models.TextField(_("message"), max_length=LONGEST)
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(email=""), name="a_first_message_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_at:%Y-%m-%d}"
