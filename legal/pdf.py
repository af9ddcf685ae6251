"""A version as a tagged PDF/A with bookmarks, composed by typst from `pdf_templates/document.typ`."""

from pathlib import Path
from typing import Any

from django.utils import translation as languages
from django.utils.translation import gettext as _

from common import wording
from common.pdf import compose
from legal.models import LegalTranslation, LegalVersion
from legal.reading import articles_of, lines_of, text_of
from legal.text import Block, blocks

TEMPLATES = Path(__file__).parent / "pdf_templates"


def render(
    version: LegalVersion, *, address: str, publisher: str, translation: LegalTranslation | None = None
) -> bytes:
    """The same bytes for the same version: the date of the file is that of the publication."""
    language = translation.language if translation else "fr"
    text = text_of(version, translation)
    with languages.override(language):
        data = {
            "language": language,
            "title": text.title,
            "publisher": publisher,
            "version": str(version.number),
            "dates": _dates(version),
            "labels": {
                "version": _("Version"),
                "changes": _("What this version changes"),
                "address": _("Permanent address"),
                "fingerprint": _("SHA-256 fingerprint of the text"),
            },
            "prevails": _("This translation is given for information: the French version prevails.")
            if translation
            else "",
            "address": address,
            "hash": translation.content_hash if translation else version.content_hash,
            "summary": lines_of(text) if version.number > 1 else [],
            "preamble": _blocks(blocks(text.preamble, text.numbers)),
            "articles": [
                {"key": article.key, "title": article.title, "blocks": _blocks(article.blocks)}
                for article in articles_of(text)
            ],
        }
    return compose(TEMPLATES / "document.typ", data, moment=version.published_at)


def _dates(version: LegalVersion) -> str:
    if version.published_at is None or version.effective_at is None:
        return ""
    return _("published on %(published)s, in force from %(effective)s") % {
        "published": wording.long_date(version.published_at, weekday=False),
        "effective": wording.long_date(version.effective_at, weekday=False),
    }


def _blocks(found: list[Block]) -> list[dict[str, Any]]:
    return [{"kind": each.kind, "lines": [[part._asdict() for part in line] for line in each.lines]} for each in found]
