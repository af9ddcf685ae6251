"""A version as a tagged PDF/A with bookmarks, composed by typst from `pdf_templates/document.typ`."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils import translation as languages
from django.utils.translation import gettext as _

from common import wording
from legal.models import LegalTranslation, LegalVersion
from legal.reading import articles_of, lines_of, text_of
from legal.text import Block, blocks

Standard = Literal["a-2b", "a-3b"]
# Outside Latin, Greek and Cyrillic, usual punctuation, currencies and arrows.
_EXOTIC = re.compile(
    r"[^\n\t\u0020-\u007e\u00a0-\u0482\u1e00-\u200b\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2100-\u2193\u2713]+"
)
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
    return compose("document.typ", data, moment=version.published_at)


def _dates(version: LegalVersion) -> str:
    if version.published_at is None or version.effective_at is None:
        return ""
    return _("published on %(published)s, in force from %(effective)s") % {
        "published": wording.long_date(version.published_at, weekday=False),
        "effective": wording.long_date(version.effective_at, weekday=False),
    }


def _blocks(found: list[Block]) -> list[dict[str, Any]]:
    return [{"kind": each.kind, "lines": [[part._asdict() for part in line] for line in each.lines]} for each in found]


def compose(template: str, data: dict[str, Any], *, moment: dt.datetime | None, standard: Standard = "a-2b") -> bytes:
    """PDF/A refuses a letter that its font lacks: such letters become a box rather than no file at all."""
    try:
        return _compiled(template, data, moment, standard)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(template, _with_boxes(data), moment, standard)


def _compiled(template: str, data: dict[str, Any], moment: dt.datetime | None, standard: Standard) -> bytes:
    return typst.compile(
        (TEMPLATES / template).read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        timestamp=moment.astimezone(dt.UTC).replace(microsecond=0) if moment else None,
        pdf_standards=standard,
    )


def _with_boxes(value: Any) -> Any:
    """European letters and punctuation stay; what is attached (`json`) stays as it is."""
    if isinstance(value, dict):
        return {name: each if name == "json" else _with_boxes(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_boxes(each) for each in value]
    return _EXOTIC.sub("\u25a1", value) if isinstance(value, str) else value
