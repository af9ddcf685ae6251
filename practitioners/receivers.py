"""Publishing a profile changes what the search shows."""

from typing import Any

from wagtail.signals import page_published, page_unpublished

from practitioners.actions.announcements import announce
from practitioners.models import ProfilePage


def connect() -> None:
    page_published.connect(_profile_changed, sender=ProfilePage, dispatch_uid="practitioners.profile_published")
    page_unpublished.connect(_profile_changed, sender=ProfilePage, dispatch_uid="practitioners.profile_unpublished")


def _profile_changed(sender: type[ProfilePage], instance: ProfilePage, **kwargs: Any) -> None:
    """Also when `page_published` comes with `live=False`: who listens reads the rows as they are."""
    announce(instance.practitioner_id)
