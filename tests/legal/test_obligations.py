"""docs/obligations.md holds: every rule has its section, every behaviour its tests, and every test is one that runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/obligations.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)+)`")
LINK = re.compile(r"\]\(([^)#]+)\)")
# So that a rule cannot leave the page together with its section.
RULES = 13


def rows(text: str) -> list[list[str]]:
    """The lines of the tables of `text`, without their heads."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        found += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return found


HEAD, *PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
RULES_NAMED = [row[0] for row in rows(HEAD)]
SECTIONS = {part.split("\n", 1)[0].strip(): rows(part) for part in PARTS}
NAMED = sorted({"".join(match.groups()) for match in TEST.finditer(PAGE)})


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """What pytest would run of the files that the page names, whatever their parameters."""
    files = sorted({name.split("::", 1)[0] for name in NAMED if (ROOT / name.split("::", 1)[0]).exists()})
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", "-p", "no:cacheprovider", *files]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=300)
    return {line.split("[", 1)[0].strip() for line in told.stdout.splitlines() if "::" in line}


def test_no_rule_left_the_page() -> None:
    assert len(RULES_NAMED) == len(set(RULES_NAMED)) >= RULES


@pytest.mark.parametrize("rule", RULES_NAMED)
def test_every_rule_has_behaviours_and_each_of_them_its_tests(rule: str) -> None:
    behaviours = SECTIONS.get(rule, [])
    assert behaviours, f"{rule}: no section says what the software does"
    assert all(len(row) == 3 for row in behaviours), f"{rule}: a row has not its three cells"
    without = [row[0] for row in behaviours if not TEST.search(row[2])]
    assert not without, f"{rule}: no test proves {without}"
    nowhere = [row[0] for row in behaviours if not LINK.search(row[1])]
    assert not nowhere, f"{rule}: it is not said where {nowhere}"


def test_every_section_is_of_a_rule() -> None:
    assert {name for name, behaviours in SECTIONS.items() if behaviours} == set(RULES_NAMED)


def test_every_test_that_is_named_is_collected(collected: set[str]) -> None:
    assert not [name for name in NAMED if name not in collected]


def test_every_link_leads_somewhere() -> None:
    assert not [link for link in LINK.findall(PAGE) if not (ROOT / "docs" / link).exists()]


def test_a_name_that_is_no_test_would_be_seen(collected: set[str]) -> None:
    """The test of the test."""
    assert "tests/legal/test_reports.py::test_a_decision_is_final" in collected
    assert "tests/legal/test_reports.py::test_that_nobody_wrote" not in collected
