"""`manage.py verify_acceptances [--expect SEQUENCE:HASH …]`: exit 1 and name what does not hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legal.actions import verification
from legal.models import Acceptance, AcceptanceDetail, LegalVersion


class Command(BaseCommand):
    help = "Verify the chain of acceptances, the details still kept and the hash of every published version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="SEQUENCE:HASH",
            help="a link noted down earlier (a receipt, an earlier head) that must still be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in verification.problems():
            found += 1
            self.stderr.write(f"BROKEN {problem.where}: {problem.what}")
        for expected in options["expect"]:
            number, _colon, link_hash = expected.partition(":")
            if not number.isdigit() or not link_hash:
                raise CommandError(f"{expected!r} is not SEQUENCE:HASH", returncode=2)
            if not verification.holds(sequence=int(number), link_hash=link_hash):
                found += 1
                self.stderr.write(f"BROKEN acceptance #{number}: the link noted down is no longer in the chain")
        if found:
            raise CommandError(f"{found} broken: the evidence does not hold.", returncode=1)
        sequence, link_hash = verification.head()
        self.stdout.write(
            f"{Acceptance.objects.count()} acceptances whole, {AcceptanceDetail.objects.count()} with their details, "
            f"{LegalVersion.objects.published().count()} published versions fit their hash."
        )
        if sequence:
            self.stdout.write(f"head {sequence}:{link_hash}")
