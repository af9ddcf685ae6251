"""Where a person corrects each thing that they gave."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User


@dataclass(frozen=True)
class Place:
    label: str
    url: str


def places(user: User) -> list[Place]:
    found = [
        Place(_("Name and phone"), reverse("account_profile")),
        Place(_("E-mail address"), reverse("account_email")),
        Place(_("Relatives for whom I book"), reverse("my_relatives")),
        Place(_("Details on my invoices"), reverse("my_invoices")),
        Place(_("My reminders"), reverse("my_notifications")),
    ]
    if getattr(user, "practitioner", None) is not None:
        found.append(Place(_("My public page and my practice"), "/espace-praticien/"))
    return found
