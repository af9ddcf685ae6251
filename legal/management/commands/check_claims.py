"""`check_claims` reads a text a line and prints a JSON object a line; `check_claims --published` looks again at all that is public."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.clock import now
from legal.claims import batch
from legal.claims.store import rules_in_force


class Command(BaseCommand):
    help = "Check the wording of texts read from the standard input, one a line, or of everything published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--published", action="store_true", help="everything that is public, onto the desk of the legal team"
        )
        parser.add_argument("--reply", action="store_true", help="read the lines as public replies")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["published"]:
            for key, (read, stand) in batch.recheck(now=now()).items():
                self.stdout.write(json.dumps({"surface": key, "read": read, "standing": stand}))
            return
        rules = rules_in_force()
        # Bytes that are no text are read as well as they can be: one line never stops the others.
        for raw in sys.stdin.buffer:
            text = raw.decode("utf-8", "replace").rstrip("\r\n")
            found = rules.check(text, reply=options["reply"])
            said = {
                "flagged": bool(found),
                "rules": sorted({match.rule.slug for match in found}),
                "matches": [
                    {
                        "rule": m.rule.slug,
                        "severity": m.rule.severity,
                        "start": m.start,
                        "end": m.end,
                        "words": m.of(text),
                    }
                    for m in found
                ],
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
