"""`manage.py verify_certificates`: exit 1 and name what does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legal.models import ErasureCertificate
from legal.retention import certificates


class Command(BaseCommand):
    help = "Verify the chain of erasure certificates."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(certificates.problems())
        for problem in found:
            self.stderr.write(f"BROKEN certificate #{problem.sequence}: {problem.reason}")
        if found:
            raise CommandError(f"{len(found)} broken: the certificates do not hold.", returncode=1)
        self.stdout.write(f"{ErasureCertificate.objects.count()} certificates whole.")
