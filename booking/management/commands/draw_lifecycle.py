"""Write the lifecycle's diagram and table into docs/booking.md; or print the SQL that a new migration must hold."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking import lifecycle_diagram, lifecycle_sql


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page is out of date, write nothing")
        parser.add_argument("--sql", action="store_true", help="print the function of the database's own refusal")

    def handle(self, *args: Any, check: bool, sql: bool, **options: Any) -> None:
        if sql:
            self.stdout.write(lifecycle_sql.legal_function())
            return
        page = settings.BASE_DIR / "docs" / "booking.md"
        text = page.read_text()
        try:
            wanted = lifecycle_diagram.replaced(text)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if wanted == text:
            return
        if check:
            raise CommandError("docs/booking.md is out of date: run manage.py draw_lifecycle")
        page.write_text(wanted)
