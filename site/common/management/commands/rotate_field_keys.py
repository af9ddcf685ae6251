"""`manage.py rotate_field_keys`: seal with the first of FIELD_KEYS what older ones sealed (docs/operations.md).

Interrupt it as you like and run it again: it goes on. Exit 1 when no key opens something, which is named.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import rotation


class Command(BaseCommand):
    help = "Seal with the first of FIELD_KEYS what the others sealed; prints when they can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FIELD_KEYS:
            raise CommandError("FIELD_KEYS is empty: set it, the new key first.", returncode=2)
        totals: dict[str, tuple[int, int]] = {}
        lost = 0
        for step in rotation.rotate():
            totals[step.what] = (step.seen, step.done)
            for name in step.lost:
                lost += 1
                self.stderr.write(f"NO KEY OPENS {name}")
        for what, (seen, done) in totals.items():
            self.stdout.write(f"{what}: {seen} seen, {done} sealed again")
        if lost:
            raise CommandError(
                f"{lost} that no key opens: keep every older key until they are understood.", returncode=1
            )
        self.stdout.write("Everything is sealed with the first key: the others can be removed.")
