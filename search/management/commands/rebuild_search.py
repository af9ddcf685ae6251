"""Write the whole search index anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.actions import landings, prior, rebuild
from search.actions.index_reports import AlreadyUnderWay
from search.models import IndexReport


class Command(BaseCommand):
    help = "Write the search index anew from the database (idempotent; searching goes on meanwhile)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--index-only",
            action="store_true",
            help="Elasticsearch's index anew from the entries as they are, without reading the practitioners again",
        )
        parser.add_argument(
            "--compact",
            action="store_true",
            help="also rewrite the table of entries in the order in which they are found; locks it for seconds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = rebuild.rebuild(
                cause=IndexReport.Cause.COMMAND, with_entries=not options["index_only"], compact=options["compact"]
            )
        except AlreadyUnderWay as error:
            raise CommandError(str(error)) from error
        landings.refresh()
        frozen = prior.current()
        done = ", ".join(f"{name} {value}" for name, value in report.figures.items())
        self.stdout.write(
            f"{done or 'nothing to do'}; {report.seconds:.1f} s (prior {frozen.mean_milli / 1000:.3f} of {frozen.day})"
        )
