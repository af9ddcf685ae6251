"""Places and practices that a practitioner adds alone. A practice is shown once its certificate is checked (R3)."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Conflict
from practitioners.actions.announcements import announce
from practitioners.actions.applications import open_file
from practitioners.models import (
    ApplicationItem,
    FileEvent,
    Practice,
    PracticePlace,
    Practitioner,
    PractitionerPractice,
)

MOST_PLACES, MOST_PRACTICES = 10, 15


class TooManyPlaces(Conflict):
    message = _("Ten places are the most that an agenda keeps apart: write to us about the others.")


class TooManyPractices(Conflict):
    message = _("Fifteen practices are the most that a page shows: write to us about the others.")


class OfferedAlready(Conflict):
    message = _("This practice is in your file already.")


@transaction.atomic
def add_place(*, practitioner: Practitioner, values: dict[str, Any]) -> PracticePlace:
    """`values` are those of `NewPlaceForm`. On the map it stands where its town does."""
    locked = Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    if locked.places.count() >= MOST_PLACES:
        raise TooManyPlaces
    last = locked.places.aggregate(last=Max("position"))["last"]
    commune = values["commune"]
    place = PracticePlace.objects.create(
        practitioner=locked,
        position=0 if last is None else last + 1,
        latitude=commune.latitude,
        longitude=commune.longitude,
        **values,
    )
    announce(locked.pk)
    return place


@transaction.atomic
def add_practice(*, practitioner: Practitioner, practice: Practice) -> ApplicationItem:
    """The item of the certificate that is now to be given; nothing of the page changes before it is checked."""
    locked = Practitioner.objects.select_for_update(no_key=True).select_related("user").get(pk=practitioner.pk)
    links = locked.practice_links
    if links.filter(practice=practice).exists():
        raise OfferedAlready
    if links.count() >= MOST_PRACTICES:
        raise TooManyPractices
    last = links.aggregate(last=Max("position"))["last"]
    PractitionerPractice.objects.create(
        practitioner=locked, practice=practice, position=0 if last is None else last + 1
    )
    open_file(practitioner=locked)
    item = locked.items.get(kind=ApplicationItem.Kind.CERTIFICATE, practice=practice)
    FileEvent.objects.create(
        practitioner=locked, kind=FileEvent.Kind.DECLARED, item=item, detail=practice.name, by=locked.user, at=now()
    )
    return item
