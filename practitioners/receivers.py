"""Publishing a profile changes what the search shows; a document that was given is scanned."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.signals import page_published, page_unpublished

from common.signals import document_given
from common.tasks import enqueue
from practitioners.actions.announcements import announce
from practitioners.models import ApplicationItem, ProfilePage
from practitioners.tasks import scan_document


def connect() -> None:
    document_given.connect(_scan_document, sender=ApplicationItem, dispatch_uid="practitioners.document_given")
    page_published.connect(_profile_changed, sender=ProfilePage, dispatch_uid="practitioners.profile_published")
    page_unpublished.connect(_profile_changed, sender=ProfilePage, dispatch_uid="practitioners.profile_unpublished")
    post_delete.connect(_profile_changed, sender=ProfilePage, dispatch_uid="practitioners.profile_deleted")
    for number, signal in enumerate((post_save, pre_delete)):
        signal.connect(_portrait_changed, sender=get_image_model(), dispatch_uid=f"practitioners.portrait_{number}")
    # Another file: Wagtail saves it, then takes away what was drawn from the former one.
    drawn = get_image_model().get_rendition_model()
    post_delete.connect(_drawing_deleted, sender=drawn, dispatch_uid="practitioners.portrait_drawing")


def _scan_document(sender: type[ApplicationItem], item_id: int, **kwargs: Any) -> None:
    enqueue(scan_document, item_id)


def _profile_changed(sender: type[ProfilePage], instance: ProfilePage, **kwargs: Any) -> None:
    """Also when `page_published` comes with `live=False`: who listens reads the rows as they are."""
    announce(instance.practitioner_id)


def _portrait_changed(sender: type[AbstractImage], instance: AbstractImage, **kwargs: Any) -> None:
    """Another file or another crop under the same picture; or the picture is gone."""
    if not kwargs.get("created"):
        _announce_all(portrait=instance.pk)


def _drawing_deleted(sender: type[AbstractRendition], instance: AbstractRendition, **kwargs: Any) -> None:
    _announce_all(portrait=instance.image_id)


def _announce_all(*, portrait: int) -> None:
    for practitioner_id in ProfilePage.objects.filter(portrait=portrait).values_list("practitioner", flat=True):
        announce(practitioner_id)
