"""The form of every picture added in the CMS (WAGTAILIMAGES_IMAGE_FORM_BASE): cleaned on arrival, within the owner's room."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.images.forms import BaseImageForm

from common.pictures import without_metadata
from practitioners.policies.ownership import is_only_an_owner, owned_collections

# About forty photographs of a telephone: a portrait, the gallery and as many in reserve.
ROOM: Final = 100 * 1024 * 1024


class PictureForm(BaseImageForm):  # type: ignore[misc]
    """Single, multiple, from a chooser or by the API: Wagtail builds each of its forms on this one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.person = kwargs.get("user")
        super().__init__(*args, **kwargs)

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if not isinstance(given, UploadedFile) or "file" not in self.changed_data:
            return given
        given.seek(0)
        cleaned = SimpleUploadedFile(given.name or "image", without_metadata(given.read()), given.content_type or "")
        self._check_room(cleaned.size or 0)
        return cleaned

    def _check_room(self, size: int) -> None:
        person = self.person
        if person is None or not is_only_an_owner(person):
            return
        held = get_image_model().objects.filter(collection__in=owned_collections(person)).exclude(pk=self.instance.pk)
        used = held.aggregate(total=Sum("file_size"))["total"] or 0
        if used + size > ROOM:
            raise ValidationError(
                _(
                    "Your pictures take %(used)s of the %(room)s you have, and this one takes %(size)s. "
                    "Delete pictures you no longer use, or choose a smaller one."
                )
                % {"used": filesizeformat(used), "room": filesizeformat(ROOM), "size": filesizeformat(size)}
            )
