"""`manage.py check_export FILE [--address E-MAIL]`: exit 1 and name what misses in a copy of somebody's data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from legal.rights.check import check


class Command(BaseCommand):
    help = "Check a copy of personal data against the register; with --address, against what is held here for that person too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--address", default="", help="the account's e-mail address on this site")

    def handle(self, *args: Any, **options: Any) -> None:
        user = None
        if options["address"]:
            user = User.objects.filter(email__iexact=options["address"]).first()
            if user is None:
                raise CommandError("no account has this address")
        wrong = check(options["file"], user=user)
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} wrong: this copy is not whole.", returncode=1)
        self.stdout.write("Nothing is missing.")
