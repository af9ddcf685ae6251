"""Tests that commit get their database back as it was, by copying it, instead of having every table emptied.

Django's own way, TRUNCATE, removes what migrations put in (groups, the gazetteer, the root page), and evidence refuses it.
PostgreSQL copies a database of this size in a few tenths of a second, and each process of a run begins with such a copy.

`seeded_site` makes a module's tests run on the demo's content: seeded once, then copied.
"""

import fcntl
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase, override_settings

from demo import tables
from demo.fingerprint import Fingerprint
from demo.stripe.server import StandIn
from tests.factories.invoices import PLATFORM

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / ".services"
SEEDS = SERVICES / "seeded"
STRIPE = "stripe.sqlite3"
# Enough for every kind of page, in seconds.
SEEDED_PEOPLE = 12
SOURCES = ("booking", "legal", "practitioners", "search", "site")


class Copies:
    """`source` is the database from which the test database is restored."""

    def __init__(self) -> None:
        self.source = ""
        self.pristine = ""

    def keep(self) -> None:
        """Before the first test that commits: what the database looks like now is what every test may rely on."""
        if self.pristine:
            return
        name = connection.settings_dict["NAME"]
        self.pristine = self.source = f"{name}_pristine"
        copy(name, self.pristine)

    def restore(self) -> None:
        copy(self.source, connection.settings_dict["NAME"])
        describe(migrations() if self.source == self.pristine else "dirty")

    def use(self, source: str) -> None:
        self.source = source
        self.restore()


copies = Copies()


def copy(source: str, target: str) -> None:
    """Replace the database `target` by a copy of `source`."""
    connection.close()
    quote = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
            [source],
        )
        cursor.execute(f"drop database if exists {quote(target)} with (force)")
        cursor.execute(f"create database {quote(target)} template {quote(source)}")


def exists(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        return cursor.fetchone() is not None


def describe(text: str) -> None:
    """Write on the test database itself what it is: `dirty` while a test has committed, else what it was made from."""
    with connection.cursor() as cursor:
        cursor.execute(f"comment on database {connection.ops.quote_name(connection.settings_dict['NAME'])} is '{text}'")


def migrations() -> str:
    """A migration that was edited or removed leaves no trace in a kept database: their text decides whether it is kept."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in SOURCES for path in (ROOT / folder).glob("**/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"drop database if exists {connection.ops.quote_name(name)} with (force)")


def make_unless_current(*, anew: bool) -> None:
    """The tables are made once for all processes, which then copy them: `anew` forgets both."""
    name, wanted = connection.creation._get_test_db_name(), migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name])
        if cursor.fetchone() == (wanted,) and not anew:
            return
    SERVICES.mkdir(exist_ok=True)
    with (SERVICES / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = f"made_{wanted[:16]}"
        if anew or not exists(made):
            _forget_older_tables()
            _make_tables(made)
        copy(made, name)


def _make_tables(made: str) -> None:
    # Under its name once it is complete.
    with connection._nodb_cursor() as cursor:
        cursor.execute("create database being_made")
    with _connected_to("being_made"):
        tables.make()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"alter database being_made rename to {connection.ops.quote_name(made)}")


def _forget_older_tables() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("select datname from pg_database where datname ~ '^(made_[0-9a-f]{16}|being_made)$'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        drop(name)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    """`--create-db` is heard below: Django would migrate its slow way."""
    return False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker, request: pytest.FixtureRequest
) -> None:
    with django_db_blocker.unblock():
        make_unless_current(anew=request.config.getvalue("create_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        describe(migrations())


@pytest.fixture(scope="session", autouse=True)
def _committed_data_is_undone_by_copying() -> Iterator[None]:
    def set_up(cls: type[TransactionTestCase]) -> None:
        copies.keep()
        describe("dirty")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(set_up))
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: copies.restore())
        yield


def _seeded(name: str, files: Path) -> None:
    """The database `name` holds the demo's content, and `files` what goes with it; made by the first process that needs it."""
    with (SEEDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if exists(name) and files.exists():
            return
        _forget_older_seeds()
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir()
        describe("dirty")
        stand_in = StandIn(state=str(files / STRIPE)).start()
        try:
            with override_settings(STRIPE_API_BASE=stand_in.api_base, PLATFORM_IDENTITY=PLATFORM):
                call_command("seed_demo", people=SEEDED_PEOPLE, stdout=io.StringIO())
        finally:
            stand_in.stop()
        copy(connection.settings_dict["NAME"], name)


def _forget_older_seeds(kept: int = 3) -> None:
    """Another run may still use the one before: the newest stay."""
    folders = sorted(
        (path for path in SEEDS.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for folder in folders[kept:]:
        shutil.rmtree(folder)
        drop(f"seeded_{folder.name}")


@pytest.fixture(scope="module")
def seeded_site(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandIn]:
    """The demo's content, smaller, for every test of the module; the tests still ask for `db` or `transactional_db`.

    Gives the Stripe stand-in that knows the accounts and payments of this content.
    """
    SEEDS.mkdir(parents=True, exist_ok=True)
    fingerprint = Fingerprint(Path(os.devnull), ROOT, connection.settings_dict["USER"]).compute()[:16]
    files = SEEDS / fingerprint
    storages = {
        alias: {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(files / alias)}}
        for alias in ("default", "private")
    } | {"staticfiles": settings.STORAGES["staticfiles"]}
    with override_settings(STORAGES=storages, MEDIA_ROOT=str(files / "default")), django_db_blocker.unblock():
        copies.keep()
        _seeded(f"seeded_{fingerprint}", files)
        copies.use(f"seeded_{fingerprint}")
        state = shutil.copy(files / STRIPE, tmp_path_factory.mktemp("stripe"))
        stand_in = StandIn(state=str(state)).start()
        with override_settings(STRIPE_API_BASE=stand_in.api_base, STRIPE_WEBHOOK_SECRET=stand_in.webhook_secret):
            yield stand_in
        stand_in.stop()
        copies.use(copies.pristine)
