"""Load the communes, départements and régions of France; safe to run again."""

import time

from django.core.management.base import BaseCommand

from places.actions import gazetteer


class Command(BaseCommand):
    help = "Load the communes, départements and régions of France from places/data (idempotent, seconds)."

    def handle(self, *args: object, **options: object) -> None:
        started = time.monotonic()
        counts = gazetteer.load()
        gazetteer.refresh_statistics()
        self.stdout.write(
            f"{counts['communes']} communes, {counts['departments']} départements, {counts['regions']} régions "
            f"in {time.monotonic() - started:.1f} s"
        )
