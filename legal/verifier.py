"""The program that anyone runs to verify a receipt: published as it is, never imported by the site."""

from pathlib import Path

PROGRAM = Path(__file__).parent / "programs" / "verifier_un_recu.py"


def source() -> bytes:
    return PROGRAM.read_bytes()
