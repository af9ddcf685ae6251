"""Record the objection of a sole trader: their establishments leave the directory, and no import brings them back."""

import argparse

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from common import clock
from practitioners import objections
from practitioners.validators import validate_siret


class Command(BaseCommand):
    help = "Take the establishments of a sole trader out of the directory, for good (SIRET of any of them)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("siret")

    def handle(self, *args: object, **options: object) -> None:
        siret = str(options["siret"])
        try:
            validate_siret(siret)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        taken_out = objections.record(siret=siret, on=clock.today())
        self.stdout.write(f"Objection recorded; {taken_out} taken out.")
