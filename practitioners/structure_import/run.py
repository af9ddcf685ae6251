"""One file, from its bytes to the report."""

import datetime as dt
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models.functions import Collate

from practitioners.models import Structure
from practitioners.objections import Known
from practitioners.structure_import import finess, merge, reading, sirene
from practitioners.structure_import.facts import THERE, WITHDRAWN, Communes, Facts, Refused
from practitioners.structure_import.reading import BadLine, UnreadableFile
from practitioners.structure_import.report import Report

Source = Structure.Source
Reader = sirene.Sirene | finess.Finess
_EVERY = 100_000
_WORK_MEM = "64MB"


def load(
    path: Path,
    source: Source,
    *,
    today: dt.date,
    partial: bool = False,
    close_many: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Report:
    """Import a published file. Raises UnreadableFile, and then nothing was written.

    `partial`: the file is an extract, what is absent from it is not closed. `close_many`: absence closes however many it is.
    Facts are dated from the day that the file says, or else from `today`.
    """
    fallback = finess.FALLBACK if source == Source.FINESS else sirene.FALLBACK
    with transaction.atomic():
        _alone()
        reader: Reader = finess.Finess(Communes()) if source == Source.FINESS else sirene.Sirene(Communes())
        with reading.opened(path) as stream:
            found, published = reader.begin(reading.lines(stream, fallback=fallback))
            as_of = dt.date.fromisoformat(published) if published else today
            report = Report(source=source.value.upper(), as_of=f"{as_of}")
            intake = _Intake(source, reader, report, say)
            merge.copy(intake.facts(found))
        if not report.lines:
            raise UnreadableFile("the file has no line of an establishment")
        absent = reader.closes_the_absent and not partial
        if absent and intake.unknown_lines and not close_many:
            report.absent_left = (
                "Some unreadable lines say no number: establishments absent from the file were not closed."
            )
        merge.merge(source, as_of, report, closes_the_absent=absent, close_many=close_many)
    if report.created + report.updated > _EVERY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Structure._meta.db_table}")
    return report


def _alone() -> None:
    """Raises UnreadableFile when another import is running: the second would wait for the first, then undo nothing of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('structure-import'), 0)")
        if not cursor.fetchone()[0]:
            raise UnreadableFile("another import of structures is running")
        cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")


class _Intake:
    """From lines to facts, counting what is left out."""

    def __init__(self, source: Source, reader: Reader, report: Report, say: Callable[[str], None]) -> None:
        self._reader, self._report, self._say = reader, report, say
        self._objections = Known()
        # Numbers of what an earlier import brought, eight bytes each: of the lines that are not for here, only theirs are of use.
        self._known = _numbers(source)
        self.unknown_lines = 0

    def facts(self, found: Iterator[tuple[int, list[str] | None]]) -> Iterator[Facts]:
        report, read, covers = self._report, self._reader.read, self._objections.covers
        for number, row in found:
            report.lines += 1
            if not report.lines % _EVERY:
                self._say(f"{report.lines} lines read")
            try:
                if row is None:
                    raise BadLine("not CSV: a quotation mark that never closes, or a control character")
                facts = read(number, row)
                if covers(facts.siret):
                    raise Refused("objection of the holder", facts.key, WITHDRAWN)
            except Refused as refused:
                report.refused[refused.reason] += 1
                if self._knows(refused.key):
                    yield Facts(number, refused.state, refused.key)
            except BadLine as bad:
                report.add_bad(number, bad.reason)
                if bad.key:
                    yield Facts(number, THERE, bad.key)
                else:
                    self.unknown_lines += 1
            else:
                yield facts

    def _knows(self, key: str) -> bool:
        wanted = int(key, 16)
        place = bisect_left(self._known, wanted)
        return place < len(self._known) and self._known[place] == wanted


def _numbers(source: Source) -> "array[int]":
    field = "siret" if source == Source.SIRENE else "finess"
    found = (
        Structure.objects.filter(source=source)
        .exclude(**{field: ""})
        .order_by(Collate(field, "C"))
        .values_list(field, flat=True)
    )
    # As hexadecimal, because of the Corsican FINESS numbers (2A…): fourteen digits hold in 56 bits, and of one length they are in
    # the order of their bytes. A list to be sorted here would take five times as much.
    return array("q", (int(key, 16) for key in found.iterator(chunk_size=5_000)))
