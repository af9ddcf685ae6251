"""Write the whole search index anew."""

import time

from django.core.management.base import BaseCommand

from search.actions import entries, prior


class Command(BaseCommand):
    help = "Write the search index anew from the database (idempotent; searching goes on meanwhile)."

    def handle(self, *args: object, **options: object) -> None:
        started = time.monotonic()
        count = entries.rebuild()
        frozen = prior.current()
        self.stdout.write(
            f"{count} entries in {time.monotonic() - started:.1f} s (prior {frozen.mean_milli / 1000:.3f} of {frozen.day})"
        )
