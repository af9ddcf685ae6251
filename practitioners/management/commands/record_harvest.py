"""A mail that came to a trap address: the mail server of CANARY_DOMAIN hands each one over (`| manage.py record_harvest`)."""

import email
import sys
from email import policy
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from practitioners import harvesting

MOST = 1_000_000  # bytes that are read: the head is what counts
HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


class Command(BaseCommand):
    help = "Note a mail to a trap address: of the message on standard input, or of the addresses given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("addresses", nargs="*", help="instead of a message on standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        noted = {
            found
            for address in options["addresses"] or _read()
            if (found := harvesting.record(address, now=clock.now()))
        }
        if not noted:
            raise CommandError("No trap address of ours.", returncode=1)
        for harvest in noted:
            self.stdout.write(f"page {harvest.practitioner_id}, read on {harvest.read_on} by network {harvest.network}")


def _read() -> list[str]:
    message = email.message_from_bytes(sys.stdin.buffer.read(MOST), policy=policy.compat32)
    return [value for name in HEADERS for value in message.get_all(name, [])]
