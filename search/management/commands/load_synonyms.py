"""`manage.py load_synonyms`: the groups of synonyms that come with the software; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from search.actions import synonyms


class Command(BaseCommand):
    help = "Load the French synonyms that come with the software; what editors have changed is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        done = synonyms.load()
        self.stdout.write(f"{done.added} groups added, {done.renewed} renewed, {done.kept} kept")
