"""`manage.py verify_acceptances [--expect SEQUENCE:HASH …] [--anchors FILE]`: exit 1 and name what does not hold."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legal.actions import verification
from legal.models import Acceptance, AcceptanceDetail, DailyAnchor, LegalVersion


class Command(BaseCommand):
    help = "Verify the chain of acceptances, the details still kept, every published text and every anchor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="SEQUENCE:HASH",
            help="a link noted down earlier (a receipt, an earlier head) that must still be in the chain",
        )
        parser.add_argument(
            "--anchors",
            type=Path,
            metavar="FILE",
            help="the anchors as they were published, saved earlier from /documents/registre/ancres.json",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in verification.problems(self._noted(options["anchors"])):
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
            f"{LegalVersion.objects.published().count()} published versions fit their hash, "
            f"{DailyAnchor.objects.count()} anchors hold."
        )
        if sequence:
            self.stdout.write(f"head {sequence}:{link_hash}")

    def _noted(self, path: Path | None) -> list[dict[str, Any]]:
        if path is None:
            return []
        try:
            anchors = json.loads(path.read_text())["anchors"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} does not hold published anchors: {error}", returncode=2) from error
        if not isinstance(anchors, list) or not all(isinstance(each, dict) for each in anchors):
            raise CommandError(f"{path} does not hold published anchors", returncode=2)
        return anchors
