"""Documents composed by typst from a template and data: tagged PDF/A with bookmarks, the same bytes for the same content."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, Literal

import typst

Standard = Literal["a-2b", "a-3b"]
# Outside Latin, Greek and Cyrillic, usual punctuation, currencies and arrows.
_EXOTIC = re.compile(
    r"[^\n\t\u0020-\u007e\u00a0-\u0482\u1e00-\u200b\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2100-\u2193\u2713]+"
)


def compose(template: Path, data: dict[str, Any], *, moment: dt.datetime | None, standard: Standard = "a-2b") -> bytes:
    """PDF/A refuses a letter that its font lacks, as in a name typed with an emoji: such letters become a box rather than no file at all.

    `moment` is the date of the file; None leaves it out.
    """
    try:
        return _compiled(template, data, moment, standard)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(template, _with_boxes(data), moment, standard)


def _compiled(template: Path, data: dict[str, Any], moment: dt.datetime | None, standard: Standard) -> bytes:
    return typst.compile(
        template.read_bytes(),
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
