"""PostgreSQL and Valkey for the tests, from wheels, when DATABASE_URL and REDIS_URL do not name others.

Started once a run by the process that controls it; workers of xdist inherit the addresses. The data stays in `.services/`, so
the next run reuses its databases; two runs at once take a folder each.
"""

import itertools
import os
from pathlib import Path

import environ
import pytest
from django.conf import settings

from demo.embedded import Folder, FolderBusy, Postgres, Valkey
from demo.processes import Process

ROOT = Path(__file__).resolve().parents[2]
running = pytest.StashKey[tuple[Folder, list[Process]]]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    missing = {"DATABASE_URL", "REDIS_URL"} - os.environ.keys()
    if not missing or hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = _free_folder()
    processes: list[Process] = []
    config.stash[running] = (folder, processes)
    if "DATABASE_URL" in missing:
        postgres = Postgres(folder, durable=False, connections=200)
        processes.append(postgres.start())
        os.environ["DATABASE_URL"] = postgres.url("directory")
        # Django read the settings before this hook could run; connections are opened later, from this very dictionary.
        engine = settings.DATABASES["default"]["ENGINE"]
        settings.DATABASES["default"].update(environ.Env().db("DATABASE_URL") | {"ENGINE": engine})
    if "REDIS_URL" in missing:
        valkey = Valkey(folder, durable=False)
        processes.append(valkey.start())
        os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CELERY_BROKER_URL = valkey.url()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if running not in config.stash:
        return
    folder, processes = config.stash[running]
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.stop()
    folder.close()


def _free_folder() -> Folder:
    for number in itertools.count(1):
        try:
            return Folder(ROOT / ".services" / str(number)).open("the tests")
        except FolderBusy:
            continue
    raise AssertionError("unreachable")
