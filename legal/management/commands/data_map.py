"""`manage.py data_map [--check]`: write docs/data-map.md from what the code declares, or say whether it is up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from legal import data_map


class Command(BaseCommand):
    help = "Write docs/data-map.md: each table and column with personal data. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when the page is not up to date"
        )
        parser.add_argument("--output", type=Path, default=Path(settings.BASE_DIR) / "docs" / "data-map.md")

    def handle(self, *args: Any, check: bool, output: Path, **options: Any) -> None:
        page = data_map.page()
        if not check:
            output.write_text(page, encoding="utf-8")
            self.stdout.write(f"{output} written")
        elif not output.exists() or output.read_text(encoding="utf-8") != page:
            raise CommandError(f"{output.name} is not up to date: run manage.py data_map.", returncode=1)
