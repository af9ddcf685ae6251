"""Give an establishment to one of its people, once the team has checked who they are: it gets its page in the CMS."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import User
from common import clock
from common.errors import DomainError
from practitioners.actions import claiming
from practitioners.models import Structure


class Command(BaseCommand):
    help = "Give the establishment of this SIRET or FINESS number to the account of this e-mail address."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("email")

    def handle(self, *args: object, **options: object) -> None:
        number, email = str(options["number"]), str(options["email"])
        structure = Structure.objects.filter(Q(siret=number) | Q(finess=number)).first() if number else None
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if structure is None or user is None:
            raise CommandError(
                f"No {'establishment has this number' if structure is None else 'active account has this address'}."
            )
        try:
            page = claiming.claim(structure=structure, administrator=user, on=clock.today())
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{structure.name}: {page.url or page.slug}")
