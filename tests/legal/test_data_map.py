"""docs/data-map.md: generated, up to date, and complete."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from common import privacy
from common.sealed import sealed_fields
from legal import data_map

PAGE = Path(__file__).resolve().parents[2] / "docs/data-map.md"


def test_the_page_is_what_the_command_writes():
    call_command("data_map", "--check")


def test_it_needs_no_database():
    """Without the mark of pytest-django, a query would be refused."""
    assert data_map.page().startswith("# Where personal data live")


def test_a_page_that_is_out_of_date_is_refused(tmp_path):
    with pytest.raises(CommandError, match="not up to date"):
        call_command("data_map", "--check", f"--output={tmp_path / 'absent.md'}")
    call_command("data_map", f"--output={tmp_path / 'page.md'}", stdout=StringIO())
    call_command("data_map", "--check", f"--output={tmp_path / 'page.md'}")


def test_every_bound_field_is_on_it_with_its_activity():
    text = PAGE.read_text(encoding="utf-8")
    missing = []
    for activity in privacy.activities:
        for binding in activity.bindings:
            model = apps.get_model(binding.model)
            if model._meta.app_label == "demo":
                continue
            assert f"| {activity.key}" in text
            for name in binding.fields:
                field = model._meta.get_field(name)
                if not getattr(field, "concrete", False) or isinstance(field, models.ManyToManyField):
                    continue
                line = re.search(rf"^\| {model._meta.db_table} \| {field.column} \| .*$", text, re.MULTILINE)
                if line is None or activity.key not in line.group():
                    missing.append(f"{binding.model}.{name} ({activity.key})")
    assert not missing


def test_what_is_sealed_is_said_and_exists():
    text = PAGE.read_text(encoding="utf-8")
    for sealed in sealed_fields:
        model = apps.get_model(sealed.model)
        column = model._meta.get_field(sealed.field).column
        assert re.search(rf"^\| {model._meta.db_table} \| {column} \| .* \| sealed", text, re.MULTILINE), sealed
    assert re.search(r"^\| practitioners_applicationitem \| document \| .* \| ", text, re.MULTILINE)


def test_a_column_whose_name_says_that_it_is_sealed_is_declared():
    """Otherwise a rotation of keys would forget it, and removing the old key would lose it for good."""
    telling = re.compile(r"(^|_)sealed(_|$)|^secret$")
    forgotten = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if telling.search(field.name)
        and isinstance(field, models.TextField | models.CharField | models.BinaryField)
        and f"{model._meta.label}.{field.name}" not in sealed_fields
    ]
    assert not forgotten
