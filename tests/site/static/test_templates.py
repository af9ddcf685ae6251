"""No template is left behind: each is named by code or by another template, or answers for a package's own."""

import importlib.util
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
SOURCES = ("booking", "legal", "practitioners", "search", "site")
# Django looks for these by name.
ERRORS = {"400.html", "403.html", "403_csrf.html", "404.html", "410.html", "500.html"}
NAMES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*")
    if path.suffix in {".html", ".txt", ".xml"} and path.is_file()
)


def sources() -> str:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    files += [path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".xml"}]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


SOURCE = sources()
# Names that are put together: f"booking/{kind}_{reader}".
BUILT = set(re.findall(r'f"([\w/{}.]+/[\w{}.]*\{[\w{}.]+)"', SOURCE))


def page_templates() -> set[str]:
    from wagtail.models import Page

    return {model.template for model in apps.get_models() if issubclass(model, Page) and hasattr(model, "template")}


def overrides_a_package(name: str) -> bool:
    folders = [
        Path(config.path) / "templates"
        for config in apps.get_app_configs()
        if not config.path.startswith(str(ROOT / "site"))
    ]
    forms = importlib.util.find_spec("django.forms")
    if forms and forms.origin:
        folders.append(Path(forms.origin).parent / "templates")
    return any((folder / name).exists() for folder in folders)


def is_built(stem: str, pattern: str) -> bool:
    """Whether the name comes out of the pattern with parts that stand in the code as words of their own."""
    parts = re.split(r"\{[\w.]+\}", pattern)
    found = re.fullmatch(r"(\w+)".join(re.escape(part) for part in parts), stem)
    return bool(found) and all(f'"{word}"' in SOURCE for word in found.groups())  # type: ignore[union-attr]


def is_named(name: str) -> bool:
    if f'"{name}"' in SOURCE or f"'{name}'" in SOURCE:
        return True
    if name.startswith("sms/"):
        return any(is_built(name, pattern) for pattern in BUILT)
    if name.startswith("emails/"):
        # `outbox.send(template="booking/confirmed_client")` stands for its subject, text and HTML.
        stem = re.sub(r"(\.subject)?\.(txt|html)$", "", name.removeprefix("emails/"))
        return f'"{stem}"' in SOURCE or any(is_built(stem, pattern) for pattern in BUILT)
    return False


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_used(name):
    assert name in ERRORS or name in page_templates() or overrides_a_package(name) or is_named(name), (
        f"templates/{name} is named nowhere"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    assert get_template(name)
