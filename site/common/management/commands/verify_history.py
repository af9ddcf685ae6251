"""`manage.py verify_history [--expect NUMBER:HASH …] [--anchors FILE]`: exit 1 and name each row that does not hold."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import history
from common.models import HistorySeal


class Command(BaseCommand):
    help = "Verify histories (appointments, payments, ledger, readings …) against their nightly seals and what they are about."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", action="append", default=[], metavar="NUMBER:HASH", help="a seal noted earlier")
        parser.add_argument(
            "--anchors", type=Path, metavar="FILE", help="saved earlier from /documents/registre/ancres.json"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        noted = self._noted(options["anchors"])
        for expected in options["expect"]:
            number, _colon, seal_hash = expected.partition(":")
            if not number.isdigit() or not seal_hash:
                raise CommandError(f"{expected!r} is not NUMBER:HASH", returncode=2)
            noted.append({"number": int(number), "hash": seal_hash})
        found = 0
        for problem in history.problems(noted):
            found += 1
            self.stderr.write(f"BROKEN {problem.where}: {problem.what}")
        if found:
            raise CommandError(f"{found} broken: the histories do not hold.", returncode=1)
        head = HistorySeal.objects.order_by("-number").first()
        rows = sum(HistorySeal.objects.values_list("count", flat=True))
        self.stdout.write(f"{rows} sealed rows of {len(history.histories.keys())} histories whole.")
        if head:
            self.stdout.write(f"head {head.number}:{head.hash}")

    def _noted(self, path: Path | None) -> list[dict[str, Any]]:
        if path is None:
            return []
        try:
            seals = json.loads(path.read_text())["history"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} does not hold published seals: {error}", returncode=2) from error
        if not isinstance(seals, list) or not all(isinstance(each, dict) for each in seals):
            raise CommandError(f"{path} does not hold published seals", returncode=2)
        return seals
