"""`manage.py verify_consents`: exit 1 and name each consent whose proof does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legal.consents import proofs
from legal.models import ConsentDetail, ConsentProof


class Command(BaseCommand):
    help = "Verify the chain of consents and the details still kept."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in proofs.problems():
            found += 1
            self.stderr.write(f"BROKEN consent #{problem.sequence}: {problem.reason}")
        if found:
            raise CommandError(f"{found} broken: the evidence does not hold.", returncode=1)
        last = ConsentProof.objects.order_by("-sequence").first()
        self.stdout.write(
            f"{ConsentProof.objects.count()} consents whole, {ConsentDetail.objects.count()} with their details."
        )
        if last:
            self.stdout.write(f"head {last.sequence}:{last.hash}")
