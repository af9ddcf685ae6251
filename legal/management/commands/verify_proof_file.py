"""`manage.py verify_proof_file ARCHIVE.zip`: whether a proof file is whole, and is the one that was made here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from legal.models import ProofFile
from legal.proof_files.archive import tampered


class Command(BaseCommand):
    help = "Compare a proof file with its manifest, and its manifest with the chain of those made here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, archive: Path, **options: Any) -> None:
        if not archive.is_file():
            raise CommandError(f"{archive}: no such file")
        with archive.open("rb") as opened:
            fingerprint, wrong = tampered(opened)
        broken = [f"chain, #{link.sequence}: {link.reason}" for link in ProofFile.broken_links()]
        row = ProofFile.objects.filter(commitment=fingerprint).first() if fingerprint else None
        if row is None:
            wrong = [*wrong, "its manifest is not one that was made here"]
        for line in (*wrong, *broken):
            self.stderr.write(line)
        if wrong or broken or row is None:
            raise CommandError("This file does not prove what it says.")
        self.stdout.write(f"Whole: {row.reference}, made on {row.recorded_at:%Y-%m-%d %H:%M} UTC, {row.parts} parts.")
