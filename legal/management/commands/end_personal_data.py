"""`manage.py end_personal_data [--rule KEY] [--dry-run]`: the nightly run by hand, or what it would do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.retention import rules
from legal.retention import dry_run, engine


class Command(BaseCommand):
    help = "End personal data whose time is over, by the rules that the legal team approved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rule", default="", help="this rule alone")
        parser.add_argument("--dry-run", action="store_true", help="count, and touch nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["rule"]
        if only and only not in rules:
            raise CommandError(f"no rule {only!r}: {', '.join(rules.keys())}")
        now = clock.now()
        if options["dry_run"]:
            for found in dry_run.previews(now):
                if not only or found.rule.key == only:
                    state = "approved" if found.approved else "not approved"
                    self.stdout.write(f"{found.rule.key}: {found.found} of {found.total}, {found.held} held, {state}")
            return
        for outcome in engine.run(now=now, only=only):
            self.stdout.write(f"{outcome.rule}: {outcome.state}, {outcome.ended} ended")
