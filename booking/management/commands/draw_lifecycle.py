"""Write the diagrams and tables of the states into docs/booking.md and docs/payments.md; or print the SQL of a new migration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking import lifecycle_diagram, lifecycle_sql, payment_states_diagram, payment_states_sql
from booking.lifecycle_diagram import replaced


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page is out of date, write nothing")
        parser.add_argument("--sql", action="store_true", help="print the function of the database's own refusal")
        parser.add_argument("--payments-sql", action="store_true", help="the same for the states of payments")

    def handle(self, *args: Any, check: bool, sql: bool, payments_sql: bool, **options: Any) -> None:
        if sql or payments_sql:
            self.stdout.write((lifecycle_sql if sql else payment_states_sql).legal_function())
            return
        for name, drawing in (("booking.md", lifecycle_diagram), ("payments.md", payment_states_diagram)):
            page = settings.BASE_DIR / "docs" / name
            text = page.read_text()
            try:
                wanted = replaced(text, begins=drawing.BEGINS, ends=drawing.ENDS, drawn=drawing.drawn())
            except ValueError as error:
                raise CommandError(f"docs/{name}: {error}") from error
            if wanted == text:
                continue
            if check:
                raise CommandError(f"docs/{name} is out of date: run manage.py draw_lifecycle")
            page.write_text(wanted)
