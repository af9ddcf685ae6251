"""Documents from outside, before a human opens them: a picture is decoded and written anew, a PDF is looked at apart.

What is kept of a picture is our own encoding of its pixels: nothing hidden behind, and no place or camera in its EXIF. A PDF is
kept as it came, because it is evidence, and staff see drawings of its pages.
"""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from common import pdf_pictures
from common.uploads import check_document, sniff

MOST_PIXELS: Final = 50_000_000
MOST_PAGES: Final = 60
LONGEST_SIDE: Final = 3000
PATIENCE_SECONDS: Final = 15
_NAMES: Final = {
    "application/pdf": {".pdf"},
    "image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "image/png": {".png"},
    "image/webp": {".webp"},
}
_WORDS: Final = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}
# After its last mark a PDF may hold the end of a line, never another file.
_TAIL: Final = 8


class NotShown(Exception):
    """The document cannot be drawn: damaged, locked, or too heavy."""


def settle(upload: UploadedFile) -> UploadedFile:
    """The document as it may be kept, or ValidationError with what is wrong and what to do."""
    named = Path(upload.name or "").suffix.lower()
    checked = check_document(upload)
    kind = checked.content_type or ""
    if named and named not in _NAMES[kind]:
        raise ValidationError(
            _("The name of this file ends with “%(named)s”, but it is a %(kind)s. Save it again under its right type."),
            params={"named": named[:12], "kind": _WORDS[kind]},
        )
    content = checked.read()
    checked.seek(0)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise ValidationError(_("This file holds another one (an archive). Give the document alone."))
    if kind != "application/pdf":
        return SimpleUploadedFile("document.jpg", redrawn(content), "image/jpeg")
    _check_pdf(content)
    return checked


def redrawn(content: bytes) -> bytes:
    """The same picture in our own JPEG, upright, without what the camera wrote about the place and the moment."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Take a smaller one."))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            seen = upright.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This picture is damaged and cannot be read. Take it again, or scan it again.")
        ) from error
    # What is seen through is white, as on paper.
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=88, optimize=True)
    return written.getvalue()


def page_count(content: bytes) -> int:
    """How many pages may be shown; NotShown when none can."""
    found = sniff(content[:16])
    if found is None:
        raise NotShown
    return min(int(_look(content)["pages"]), MOST_PAGES) if found[0] == "application/pdf" else 1


def picture(content: bytes, *, number: int, width: int) -> bytes:
    """Page `number` (from 0) as a JPEG of that width, never the original."""
    found = sniff(content[:16])
    if found is None or number < 0 or number >= MOST_PAGES:
        raise NotShown
    if found[0] == "application/pdf":
        return _run(content, "page", str(number), str(width))
    if number:
        raise NotShown
    try:
        drawn = redrawn(content)
    except ValidationError as error:
        raise NotShown from error
    with Image.open(io.BytesIO(drawn)) as opened:
        opened.thumbnail((width, pdf_pictures.TALLEST * width))
        written = io.BytesIO()
        opened.save(written, "JPEG", quality=82)
    return written.getvalue()


def _check_pdf(content: bytes) -> None:
    start = content[:1024].lower()
    if any(mark in start for mark in (b"<html", b"<script", b"<svg", b"<?php")):
        raise ValidationError(_("This file is a PDF and something else at once. Print the document to a new PDF."))
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(b"\r\n\t \0")[_TAIL:]:
        raise ValidationError(
            _("This PDF is not whole, or something was added after it. Print the document to a new PDF.")
        )
    try:
        facts = _look(content)
    except NotShown as error:
        raise ValidationError(
            _("This PDF cannot be opened: it is damaged, too heavy or locked by a password. Print it to a new PDF.")
        ) from error
    if facts["scripts"] > 0 or facts["attachments"] > 0:
        raise ValidationError(_("This PDF holds a program or other files. Print the document to a new PDF."))
    if not 0 < facts["pages"] <= MOST_PAGES:
        raise ValidationError(
            _("This PDF has too many pages: keep those that are asked, %(n)s at most."), params={"n": MOST_PAGES}
        )


def _look(content: bytes) -> dict[str, int]:
    facts: dict[str, int] = json.loads(_run(content, "look"))
    return facts


def _run(content: bytes, *arguments: str) -> bytes:
    command = [sys.executable, "-I", pdf_pictures.__file__, *arguments]
    try:
        # Our own interpreter and program; what is not trusted only comes by the standard input.
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE_SECONDS, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotShown from error
    return done.stdout
