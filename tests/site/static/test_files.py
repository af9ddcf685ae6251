"""The shape of the repository itself."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 400
MEASURED = {".py", ".html", ".css", ".js"}
# Text that names the machine it was written on, or where packages come from: it would be wrong everywhere else.
OF_ONE_MACHINE = re.compile(r"/work/|/root/|/home/\w|pypi\.org/simple|registry\.npmjs|repo\.maven|deb\.debian")
TEXT = MEASURED | {".toml", ".md", ".txt", ".yaml", ".yml", ".sh", ".cfg", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return tracked()


def test_no_file_is_longer_than_four_hundred_lines(files):
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.suffix in MEASURED and "migrations" not in path.parts
    }
    assert not {str(path): length for path, length in lengths.items() if length > LONGEST}


def test_site_is_a_source_root_and_never_a_package():
    """Python's standard library owns the module name `site`."""
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_module_is_named_after_nothing(files):
    """`services` is also what practitioners offer: there it is a noun of the domain, among views or forms."""
    nowhere = {"utils.py", "helpers.py", "services.py", "misc.py"}
    found = [path.relative_to(ROOT) for path in files if path.name in nowhere]
    assert not [
        str(path)
        for path in found
        if not (path.name == "services.py" and {"views", "forms", "plugins"} & set(path.parts))
    ]


def test_star_imports_stay_in_settings(files):
    star = re.compile(r"^from [\w.]+ import \*", re.MULTILINE)
    found = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix == ".py" and "settings" not in path.parts and star.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_nothing_is_written_for_one_machine(files):
    found = []
    for path in files:
        if path.suffix not in TEXT or path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in OF_ONE_MACHINE.finditer(text)]
    assert not found
