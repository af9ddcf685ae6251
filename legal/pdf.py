"""A version as a tagged PDF/A with bookmarks, composed by typst from `pdf_templates/document.typ`."""

import datetime as dt
import json
from pathlib import Path

import typst

from common import wording
from legal.models import LegalVersion
from legal.reading import articles_of, summary_lines
from legal.text import blocks

_TEMPLATE = Path(__file__).parent / "pdf_templates" / "document.typ"


def render(version: LegalVersion, *, address: str, publisher: str) -> bytes:
    """The same bytes for the same version: the date of the file is that of the publication."""
    data = {
        "title": version.title,
        "publisher": publisher,
        "version": str(version.number),
        "published": wording.long_date(version.published_at, weekday=False) if version.published_at else "",
        "in_force": wording.long_date(version.effective_at, weekday=False) if version.effective_at else "",
        "address": address,
        "hash": version.content_hash,
        "summary": summary_lines(version) if version.number > 1 else [],
        "preamble": [block._asdict() for block in blocks(version.preamble)],
        "articles": [
            {"title": article.title, "blocks": [block._asdict() for block in article.blocks]}
            for article in articles_of(version)
        ],
    }
    return typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        timestamp=version.published_at.astimezone(dt.UTC).replace(microsecond=0) if version.published_at else None,
        pdf_standards="a-2b",
    )
