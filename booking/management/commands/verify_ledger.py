"""Compare the ledger with the appointments, the payments, the refunds and the invoices; name each difference.

Ends with an error when there is one. `--repair` first writes what payments and refunds should have written and did not.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from booking.ledger import repair
from booking.ledger.verification import CHECKS, one_state, verify
from booking.models import LedgerLine
from common import clock


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", choices=list(CHECKS), help="one check only")
        parser.add_argument("--repair", action="store_true", help="write the movements that are missing, then verify")

    def handle(self, *args: Any, only: str, **options: Any) -> None:
        now = clock.now()
        if options["repair"]:
            self.stdout.write(f"written: {repair.write_missing(now=now)}")
        found = 0
        with translation.override("fr"), one_state():
            for difference in verify(now=now, only=only):
                found += 1
                self.stderr.write(f"[{difference.code}] {difference}")
            lines = LedgerLine.objects.count()
        if found:
            raise CommandError(f"{found} difference(s) in {lines} lines")
        self.stdout.write(f"The ledger agrees: {lines} lines.")
