"""`manage.py search_corpus 100000`: generated practitioners in the index, to measure the search. Only where nobody is."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo import corpus_load


class Command(BaseCommand):
    help = "Fill the search index of a database without practitioners with generated entries (benches)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("size", type=int, help="how many entries")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same entries on the same day")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["size"] < 1:
            raise CommandError("At least one entry.")
        try:
            corpus_load.load(
                options["size"], seed=options["seed"], processes=options["processes"], say=self.stdout.write
            )
        except corpus_load.NotEmpty as error:
            raise CommandError("There are practitioners in this database: the index is theirs.") from error
