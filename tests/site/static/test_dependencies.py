"""What the code imports is what the lock files install: the site from requirements.txt, the demo from requirements/demo.txt."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OURS = {path.name for path in [*ROOT.iterdir(), *(ROOT / "site").iterdir()] if path.is_dir()}
DISTRIBUTIONS = packages_distributions()


def locked(*names: str) -> set[str]:
    text = "\n".join((ROOT / name).read_text() for name in names)
    return {
        re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)
    }


def imported(files: list[Path]) -> dict[str, str]:
    """Top-level modules that are not the standard library's nor ours, each with one file that imports it."""
    found = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in names:
                top = name.partition(".")[0]
                # A script may import its neighbour.
                if top not in sys.stdlib_module_names | OURS | {"tests"} and not (path.parent / f"{top}.py").exists():
                    found[top] = str(path.relative_to(ROOT))
    return found


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


SITE = [
    path
    for path in python_files("booking", "legal", "practitioners", "search", "site")
    if (ROOT / "site" / "demo") not in path.parents
]


@pytest.mark.parametrize(
    ("files", "locks"),
    [
        (SITE, ["requirements.txt"]),
        (python_files("site/demo"), ["requirements/demo.txt", "requirements/stripe-description.txt"]),
        (python_files("tests"), ["requirements/dev.txt", "requirements/stripe-description.txt"]),
    ],
    ids=["site", "demo", "tests"],
)
def test_everything_imported_is_locked(files, locks):
    available = locked(*locks)
    missing = {
        module: path
        for module, path in imported(files).items()
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in DISTRIBUTIONS.get(module, ())} & available
    }
    assert not missing
