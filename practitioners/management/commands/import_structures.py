"""Load the establishments of a published file of SIRENE or FINESS; safe to run again, alone or by the clock."""

import argparse
import time
from pathlib import Path

import structlog
from django.core.management.base import BaseCommand, CommandError

from common import clock
from practitioners.models import Structure
from practitioners.structure_import import run
from practitioners.structure_import.reading import UnreadableFile

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Load establishments of a file of SIRENE (StockEtablissement) or FINESS (etalab-cs1100502), .csv, .gz or .zip; idempotent."

    # They load every page of the site: twice the memory and most of the time of a small file.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--source", required=True, choices=[Structure.Source.SIRENE.value, Structure.Source.FINESS.value]
        )
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--partial", action="store_true", help="an extract: what is absent from it is not closed (FINESS)"
        )
        parser.add_argument("--close-many", action="store_true", help="close what is absent, however many (FINESS)")

    def handle(self, *args: object, **options: object) -> None:
        started = time.monotonic()
        try:
            report = run.load(
                Path(str(options["file"])),
                Structure.Source(str(options["source"])),
                today=clock.today(),
                partial=bool(options["partial"]),
                close_many=bool(options["close_many"]),
                say=self.stdout.write if options["verbosity"] != 0 else lambda text: None,
            )
        except UnreadableFile as error:
            log.warning("structures_not_imported", source=options["source"], reason=str(error))
            raise CommandError(f"Nothing was imported: {error}") from error
        for line in report.in_words():
            self.stdout.write(line)
        self.stdout.write(f"{time.monotonic() - started:.1f} s")
        log.info(
            "structures_imported", source=options["source"], as_of=report.as_of, created=report.created, updated=report.updated,
            closed=report.closed, removed=report.removed, unreadable=report.bad_count,
        )  # fmt: skip
        if report.absent_left:
            raise CommandError(report.absent_left)
