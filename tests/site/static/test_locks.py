"""Rows are locked without their key: the checks of foreign keys at commit would otherwise wait for them, and in a circle."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = [path for app in ("booking", "legal", "practitioners", "search", "site") for path in (ROOT / app).rglob("*.py")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_lock_of_a_row_with_its_key(path: Path) -> None:
    for call in re.findall(r"select_for_update\((?:[^()]|\([^()]*\))*\)", path.read_text(encoding="utf-8")):
        assert "no_key=True" in call, f"{call}: no_key=True is missing"
