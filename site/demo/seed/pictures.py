"""Wagtail images from the drawings of the content."""

import io

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Collection

from demo.content.portraits import cover_png


def picture(data: bytes, *, name: str, title: str, collection: Collection) -> AbstractImage:
    image: AbstractImage = get_image_model()(title=title, collection=collection)
    image.file = ImageFile(io.BytesIO(data), name=f"{name}.png")
    image.save()
    return image


def cover(key: str, *, title: str, collection: Collection | None = None) -> AbstractImage:
    """A drawn landscape, the same for the same key."""
    return picture(
        cover_png(key), name=f"couverture-{key}", title=title, collection=collection or Collection.get_first_root_node()
    )
