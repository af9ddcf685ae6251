"""What Wagtail's reference index follows: content, so that an image, a document or a page says where it is used.

A register (wagtail-modeladmin) makes Wagtail follow its model. Bookings, payments, evidence and requests point at people, not at
content: each of their rows would cost the index several queries, within the transaction of a client who waits, and keep a copy of
who is linked to what.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Model
from modelcluster.fields import ParentalKey

OURS = frozenset({"accounts", "booking", "common", "editorial", "legal", "places", "practitioners", "search"})


def follow_content_only() -> None:
    """Before Wagtail chooses what it follows: `common` stands above it in INSTALLED_APPS."""
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    content = {model for model in ours if _is_content(model)}
    # What content points at, such as a practice, says where it is used too.
    pointed_at = {field.related_model for model in content for field in model._meta.get_fields() if _leads(field)}
    for model in ours:
        if model not in content | pointed_at or model is get_user_model():
            model.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]


def _leads(field: Any) -> bool:
    return bool(field.is_relation and not field.auto_created)


def _is_content(model: type[Model]) -> bool:
    """A page, a part of one, or what points at pages, images or documents or holds rich text."""
    from wagtail.documents.models import AbstractDocument
    from wagtail.images.models import AbstractImage
    from wagtail.models import Page

    media = (Page, AbstractImage, AbstractDocument)
    return issubclass(model, media) or any(
        hasattr(field, "extract_references")
        or isinstance(field, ParentalKey)
        or (isinstance(field, ForeignKey) and issubclass(field.related_model, media))
        for field in model._meta.get_fields()
    )
