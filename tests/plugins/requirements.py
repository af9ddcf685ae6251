"""What a machine may lack: the test is skipped with the reason, and fails where REQUIRE_SERVICES says that nothing may lack."""

import os
import shutil
from typing import NoReturn

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def lacking(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{reason} (REQUIRE_SERVICES=1)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def requires_elasticsearch() -> str:
    """The address of a real node."""
    return os.environ.get("ELASTICSEARCH_URL") or lacking("ELASTICSEARCH_URL is not set: no Elasticsearch to test with")


@pytest.fixture(scope="session")
def requires_chromium() -> str:
    """The path of the browser."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    return found or lacking("Chromium is not installed: no browser to test with")


@pytest.fixture(scope="session")
def requires_gettext() -> str:
    return shutil.which("xgettext") or lacking("GNU gettext is not installed: no texts can be collected")
