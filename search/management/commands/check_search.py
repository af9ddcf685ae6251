"""Compare the search index with the database, mend what differs, and say what was found."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.actions import index_check
from search.actions.index_reports import AlreadyUnderWay
from search.models import IndexReport


class Command(BaseCommand):
    help = "Compare practitioners, entries and Elasticsearch's documents; mend what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = index_check.check(cause=IndexReport.Cause.COMMAND)
        except AlreadyUnderWay as error:
            raise CommandError(str(error)) from error
        for name, value in report.figures.items():
            self.stdout.write(f"{name}: {value}")
