"""The register of requests in figures: how many of each right, how long the answers took, how many came late. Nobody's name."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.functional import Promise
from odfdo import Document

from legal.exports import plain, sheet
from legal.models import RightsRequest

COLUMNS = ("Référence", "Droit", "Reçue par", "Reçue le", "Échéance", "Prolongée", "Transmise au praticien", "État", "Répondue le",
           "Délai (jours)", "En retard")  # fmt: skip
TITLE = "Registre des demandes relatives aux données personnelles"


@dataclass(frozen=True)
class Line:
    label: str | Promise
    received: int
    answered: int
    refused: int
    open: int
    delay: float | None
    late: int


def years() -> list[int]:
    return [day.year for day in RightsRequest.objects.dates("received_on", "year", order="DESC")]


def of_year(year: int) -> list[RightsRequest]:
    return list(RightsRequest.objects.filter(received_on__year=year).order_by("received_on", "pk"))


def lines(rows: Sequence[RightsRequest], *, today: dt.date) -> tuple[list[Line], Line]:
    """One line a right, then all of them together."""
    kinds = [(kind, RightsRequest.Kind(kind).label) for kind in RightsRequest.Kind.values]
    found = [_line(label, [row for row in rows if row.kind == kind], today) for kind, label in kinds]
    return found, _line("", list(rows), today)


def _line(label: str | Promise, rows: Sequence[RightsRequest], today: dt.date) -> Line:
    delays = [delay_of(row) for row in rows if row.answered_on]
    return Line(
        label=label,
        received=len(rows),
        answered=sum(row.state == RightsRequest.State.ANSWERED for row in rows),
        refused=sum(row.state == RightsRequest.State.REFUSED for row in rows),
        open=sum(not row.is_ended for row in rows),
        delay=median(days for days in delays if days is not None) if delays else None,
        late=sum(is_late(row, today) for row in rows),
    )


def delay_of(row: RightsRequest) -> int | None:
    return (row.answered_on - row.received_on).days if row.answered_on else None


def is_late(row: RightsRequest, today: dt.date) -> bool:
    return row.was_late or (not row.is_ended and row.paused_on is None and row.due_on < today)


def _cells(rows: Sequence[RightsRequest], today: dt.date) -> list[list[str]]:
    return [
        [
            row.reference,
            str(row.get_kind_display()),
            str(row.get_channel_display()),
            f"{row.received_on:%d/%m/%Y}",
            f"{row.due_on:%d/%m/%Y}",
            "Oui" if row.extended else "Non",
            "Oui" if row.practitioner_id else "Non",
            str(row.get_state_display()),
            f"{row.answered_on:%d/%m/%Y}" if row.answered_on else "",
            str(delay_of(row)) if row.answered_on else "",
            "Oui" if is_late(row, today) else "Non",
        ]
        for row in rows
    ]


def as_csv(rows: Sequence[RightsRequest], today: dt.date, mark: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([TITLE, plain(mark)])
    writer.writerow(COLUMNS)
    writer.writerows([plain(text) for text in row] for row in _cells(rows, today))
    return out.getvalue().encode("utf-8-sig")


def as_ods(rows: Sequence[RightsRequest], today: dt.date, mark: str) -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    document.body.append(sheet("Demandes", [[TITLE, mark], [*COLUMNS], *_cells(rows, today)]))
    found, total = lines(rows, today=today)
    words = ("Droit", "Reçues", "Satisfaites", "Refusées", "En cours", "Délai médian (jours)", "En retard")
    figures = [
        [str(line.label) or "Toutes", *(str(n) for n in (line.received, line.answered, line.refused, line.open)),
         "" if line.delay is None else f"{line.delay:g}", str(line.late)]
        for line in (*found, total)
    ]  # fmt: skip
    document.body.append(sheet("Chiffres", [[*words], *figures, [mark]]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "ods": (as_ods, "application/vnd.oasis.opendocument.spreadsheet"),
}
