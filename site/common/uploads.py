"""What may be uploaded to private storage: the type is read in the content, never believed from the name or the browser."""

from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MAX_BYTES: Final = 10 * 1024 * 1024
# First bytes → (type, extension). WebP also needs its mark at byte 8.
_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"RIFF", "image/webp", ".webp"),
)


def sniff(head: bytes) -> tuple[str, str] | None:
    """(type, extension) of a file that begins with `head`, None when it is none of the accepted ones."""
    for signature, content_type, extension in _SIGNATURES:
        if head.startswith(signature) and (extension != ".webp" or head[8:12] == b"WEBP"):
            return content_type, extension
    return None


def check_document(upload: UploadedFile) -> UploadedFile:
    """The file under a neutral name, or ValidationError with what to do."""
    size = upload.size or 0
    if size == 0:
        raise ValidationError(_("This file is empty."))
    if size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 10 MB. Scan it in grey, or take a smaller photograph."))
    found = sniff(upload.read(16))
    upload.seek(0)
    if found is None:
        raise ValidationError(_("Give a PDF, a JPEG, a PNG or a WebP."))
    upload.content_type, upload.name = found[0], f"document{found[1]}"
    return upload
