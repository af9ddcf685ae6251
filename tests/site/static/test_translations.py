"""The French catalogue: complete, without leftovers, and written as French is."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NAMES = ("site", "legal", "booking", "practitioners", "search", "templates")
ALONE = re.compile(
    r"""(?<![\w.])(?:_|gettext|gettext_lazy)\(\s*"([^"]+)",?\s*\)|\{% (?:translate|trans) "([^"]+)" %\}"""
)
COLLECT = """
import sys, django
from django.conf import settings
django.setup()
settings.LOCALE_PATHS = [sys.argv[1]]
from django.core.management import call_command
from django.core.management.commands.makemessages import Command

class Beside(Command):
    "Left to itself, makemessages prefers the project's own locale folder."
    def find_files(self, root):
        files = super().find_files(root)
        for file in files:
            file.locale_dir = sys.argv[1]
        return files

call_command(Beside(), locale=["fr"], no_location=True, verbosity=0,
             ignore_patterns=["locale", ".venv", "tests/*", "static/*", ".demo*", ".services*", "media/*"])
"""

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


@pytest.fixture(scope="module")
def french() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def in_the_code(tmp_path_factory: pytest.TempPathFactory, requires_gettext: str) -> set[Key]:
    """What `makemessages` finds now, collected beside the catalogue and not into it."""
    folder = tmp_path_factory.mktemp("locale")
    (folder / "fr" / "LC_MESSAGES").mkdir(parents=True)
    collected = subprocess.run(
        [sys.executable, "-c", COLLECT, str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": "site:.", "DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": str(Path(requires_gettext).parent)},
    )  # fmt: skip
    assert collected.returncode == 0, collected.stderr
    found = polib.pofile(str(folder / "fr" / "LC_MESSAGES" / "django.po"))
    shutil.rmtree(folder)
    return {key(entry) for entry in found if not entry.obsolete}


def test_every_text_of_the_interface_is_in_the_catalogue(french, in_the_code):
    assert not sorted(str(missing) for missing in in_the_code - {key(entry) for entry in french})


def test_the_catalogue_holds_nothing_that_the_interface_lost(french, in_the_code):
    assert not sorted(str(unused) for unused in {key(entry) for entry in french if not entry.obsolete} - in_the_code)
    assert not french.obsolete_entries()


def test_everything_is_translated(french):
    assert not [entry.msgid for entry in french if not entry.translated() and not entry.obsolete]


def test_nothing_is_guessed(french):
    assert not [entry.msgid for entry in french.fuzzy_entries()]


def test_placeholders_are_those_of_the_text(french):
    wrong = []
    for entry in french.translated_entries():
        wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            if not set(PLACEHOLDER.findall(text)) <= wanted or (
                not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != wanted
            ):
                wrong.append(f"{entry.msgid!r}: {text!r}")
    assert not wrong


def test_french_is_typeset_as_french(french):
    """U+00A0 before : ; ! ? » and after «, the typographic apostrophe, the ellipsis as one character."""
    bad = re.compile(r" [:;!?»](?=\s|$)|« |(?<=\w)[:;!?](?=\s|$)(?<!&\w:)|(?<=\w)'(?=\w)|\.\.\.")
    wrong = [
        text
        for entry in french.translated_entries()
        for text in (entry.msgstr_plural.values() or [entry.msgstr])
        if bad.search(PLACEHOLDER.sub("x", re.sub(r"https?://\S+|&\w+;|<[^>]*>", "", text)))
    ]
    assert not wrong


def test_no_message_with_a_plural_is_asked_for_without_one(french):
    """One entry would hold both, of which Python finds the singular alone only since 3.11.4: Debian 12 would show English."""
    alone = set()
    for path in (
        path for name in NAMES for path in (ROOT / name).rglob("*") if path.suffix in {".py", ".html", ".txt"}
    ):
        alone |= {one or other for one, other in ALONE.findall(path.read_text(encoding="utf-8"))}
    assert {entry.msgid for entry in french if entry.msgid_plural and not entry.msgctxt} & alone == set()


def test_no_text_is_asked_for_inside_an_f_string():
    """xgettext does not look there: the text would stay English and no other test would miss it."""
    asked = {"_", "gettext", "ngettext", "pgettext", "npgettext", "gettext_lazy", "ngettext_lazy", "pgettext_lazy"}
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for name in NAMES
        for path in (ROOT / name).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in asked
    ]
    assert not found
