"""Migrations say what models say, imports point down, and production refuses what it must not run with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

ROOT = Path(__file__).resolve().parents[3]
COMPLETE = {
    "SECRET_KEY": "correct-horse-battery-staple-" + "0123456789abcdef" * 2,
    "ALLOWED_HOSTS": "directory.example",
    "BASE_URL": "https://directory.example",
    "STRIPE_API_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "FIELD_KEYS": "UGlzc2VubGl0LWF1LXZlbnQtOS1hYmNkZWZnaGlqazE=",
    "DATABASE_URL": "postgres://localhost/x",
    "REDIS_URL": "redis://localhost/0",
    "EMAIL_URL": "smtp://localhost:25",
}


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        command, cwd=ROOT, env=kept | {"PYTHONPATH": "site:."} | env, capture_output=True, text=True, check=False
    )


def check_deploy(settings: str, **env: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "manage.py", "check", "--deploy", DJANGO_SETTINGS_MODULE=settings, **env)


@pytest.fixture
def source_language():
    """As makemigrations does: names in the state of models are those of the source language."""
    with translation.override(None):
        yield


@pytest.mark.usefixtures("source_language")
def test_no_migration_is_missing():
    loader = MigrationLoader(None)
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.path.startswith(str(ROOT)) and ".venv" not in config.path
    }
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    assert not {
        label: [operation.describe() for migration in migrations for operation in migration.operations]
        for label, migrations in changes.items()
        if label in ours
    }


def test_imports_point_down():
    linter = Path(sys.executable).parent / "lint-imports"
    done = run(str(linter), "--no-cache")
    assert done.returncode == 0, done.stdout[-4000:]


def test_production_names_each_setting_that_is_missing():
    done = check_deploy("config.settings.production", SECRET_KEY="x" * 8)
    assert done.returncode == 1
    for name in set(COMPLETE) - {"SECRET_KEY"}:
        assert f"(directory.E001) {name} is not set." in done.stderr


def test_production_with_its_settings_passes():
    done = check_deploy("config.settings.production", **COMPLETE)
    assert done.returncode == 0, done.stderr
    assert "directory.E" not in done.stderr


def test_the_demo_is_refused_in_production():
    done = check_deploy("config.settings.demo", **COMPLETE)
    assert done.returncode == 1
    assert "directory.E002" in done.stderr
