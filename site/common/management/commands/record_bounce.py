"""`manage.py record_bounce < report`: what the mail server pipes here for each mail that came back (docs/notifications.md)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from common import bounces, clock


class Command(BaseCommand):
    help = "Note a mail that came back, from its report (RFC 3464) on standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        found = bounces.read(sys.stdin.buffer.read(bounces.MOST))
        noted = sum(bounces.record(bounce, now=clock.now()) for bounce in found)
        self.stdout.write(f"{noted} of {len(found)} noted")
