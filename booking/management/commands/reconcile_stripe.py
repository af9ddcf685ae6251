"""Compare the ledger with Stripe account by account, and with what is kept here; repair what can be, name what is left.

The report is kept for the operator (« Grand livre » in the CMS). Ends with an error when a difference or a silence is left.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from booking.actions import reconciliation
from booking.ledger.differences import Difference
from common import clock


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--thorough", action="store_true", help="payment by payment, even where the balances agree")

    def handle(self, *args: Any, thorough: bool, **options: Any) -> None:
        row = reconciliation.run(now=clock.now(), thorough=thorough)
        with translation.override("fr"):
            for each in row.differences:
                self.stderr.write(f"[{each['code']}] {Difference(**each)}")
        summary = f"{row.accounts} accounts, {row.lines} lines, {row.repaired} repaired"
        if row.count or row.unanswered:
            raise CommandError(f"{row.count} difference(s), {row.unanswered} account(s) without an answer; {summary}")
        self.stdout.write(f"The ledger agrees with Stripe: {summary}.")
