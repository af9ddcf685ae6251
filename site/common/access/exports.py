"""What the team takes out of the site: each file is recorded, and carries who took it, when, why and under which number.

A list of people asks why first and is marked on every line; figures and registers that name nobody are marked once, without a question.
"""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.access.kinds import Kind, kind
from common.access.records import record, role_of
from common.clock import now as clock_now
from common.models import ExportRecord, ReadingLog
from common.wording import clock_time, short_date

COLUMN = "watermark"
NAMELESS = kind("nameless", gettext_lazy("Figures and registers that name nobody"))


def begin(
    request: HttpRequest, *, kind: Kind, subject: str, format: str, reason: str, people: Iterable[int | None] = ()
) -> ExportRecord:
    """Recorded before the first byte leaves; people with an account read it on their page."""
    row = ExportRecord.objects.create(
        exporter_id=int(request.user.pk or 0),
        role=role_of(request.user),
        kind=kind.key,
        subject=subject[:200],
        format=format,
        reason=reason[:300],
        exported_at=clock_now(),
    )
    known = [pk for pk in people if pk is not None]
    if known:
        record(
            reader=request.user,
            kind=kind,
            subject=f"common.ExportRecord:{row.pk}",
            people=known,
            reason=reason,
            act=ReadingLog.Act.EXPORT,
        )
    return row


def begin_nameless(request: HttpRequest, *, subject: str, format: str) -> ExportRecord:
    """Nobody is named in it, so nobody is asked why."""
    return begin(
        request, kind=NAMELESS, subject=subject, format=format, reason=_("figures or register, without a name")
    )


def watermark(row: ExportRecord) -> str:
    """One line that says it all: it is repeated wherever a line could be copied from."""
    return _("Export %(number)s – %(who)s, %(when)s – %(why)s") % {
        "number": row.reference,
        "who": row.exporter.email,
        "when": f"{short_date(row.exported_at, year=True)} {clock_time(row.exported_at)}",
        "why": row.reason,
    }


def file_name(row: ExportRecord, name: str) -> str:
    """The number stands in the name too, for who looks for the record of a file."""
    stem, _dot, extension = name.rpartition(".")
    return f"{stem}-{row.reference}.{extension}"
