"""Pictures for the public pages: written anew from their pixels.

A telephone writes in a photograph where it was taken; a page that shows a practice at home would publish the address to whoever
reads the file. What is kept is the picture upright, its colours and its transparency: no EXIF, XMP, comment or hidden thumbnail.
"""

import io
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS: Final = 50_000_000
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
# Nothing of `Image.info` but what changes how the pixels look.
_KEPT: Final = ("icc_profile", "transparency")
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 92, "optimize": True},
    "PNG": {"optimize": True},
    "GIF": {},
    "WEBP": {"quality": 92},
    "AVIF": {"quality": 85},
}


def without_metadata(content: bytes) -> bytes:
    """The same picture in the same format; ValidationError, in words, when it cannot be read whole."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Take a smaller one."))
            return _written(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This picture is damaged and cannot be read. Take it again, or choose another one.")
        ) from error


def _written(opened: Image.Image) -> bytes:
    # Portraits of telephones come as MPO: a JPEG with others behind it.
    kind = opened.format if opened.format in _OPTIONS else "JPEG"
    upright = ImageOps.exif_transpose(opened)
    # A sequence is published as its first picture: nothing moves by itself on these pages.
    plain = Image.new(upright.mode, upright.size)
    if upright.mode == "P" and (palette := upright.getpalette("RGB")):
        plain.putpalette(palette, "RGB")
    plain.paste(upright, (0, 0))
    kept = {name: opened.info[name] for name in _KEPT if opened.info.get(name) is not None}
    written = io.BytesIO()
    plain.save(written, kind, **_OPTIONS[kind], **kept)
    return written.getvalue()
