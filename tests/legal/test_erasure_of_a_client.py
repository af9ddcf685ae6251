"""A client whose account ends: no word in the cache, in the stored files, in what the workers are given, nor in either search engine."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.test import Client

from common import tasks
from common.clock import now as clock_now
from legal.models import DataCopy
from legal.retention import files, people
from legal.rights.actions import copies
from legal.tasks import build_copy
from search.models import PendingChange, SearchEntry
from tests.factories.accounts import UserFactory
from tests.factories.rights import make_request
from tests.legal.test_erasure_of_a_practitioner import in_cache, in_storage
from tests.legal.test_erasure_search import EMAIL, NAME, PHONE, WORDS, a_busy_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver() -> Any:
    return UserFactory(email=EMAIL, first_name=NAME, last_name="Quenouille", phone=PHONE)


def test_nothing_of_a_client_stays_outside_the_tables(
    leaver: Any, client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    default, private = storages["default"], storages["private"]
    handed: list[tuple[Any, ...]] = []
    a_busy_life(leaver)
    make_request(user=leaver, email=EMAIL, name=f"{NAME} Quenouille")
    copy = copies.ask(user=leaver, now=clock_now())
    build_copy(copy.pk)
    copy.refresh_from_db()
    kept_by, name = copy.file.storage, copy.file.name
    assert kept_by.exists(name)
    client.force_login(leaver)
    for address in ("/compte/", "/compte/donnees/", "/recherche/"):
        assert client.get(address).status_code in {200, 302}
    cache.set("proof-that-the-search-finds", NAME.encode())
    assert any("proof-that-the-search-finds" in key for key in in_cache())
    cache.delete("proof-that-the-search-finds")

    monkeypatch.setattr(tasks, "enqueue", lambda task, *given: handed.append(given))
    with django_capture_on_commit_callbacks(execute=True):
        people.erase_accounts([leaver.pk], clock_now())
    files.erase_asked()

    assert not kept_by.exists(name)
    assert not DataCopy.objects.filter(pk=copy.pk).exclude(file="").exists()
    assert in_storage(default) == []
    assert in_storage(private) == []
    assert in_cache() == []
    assert not [given for given in handed if any(word in str(given) for word in WORDS)], "workers are given keys"
    # Clients are in no index: neither the embedded one nor what Elasticsearch is about to be told.
    said = [str(row) for model in (SearchEntry, PendingChange) for row in model.objects.values()]
    assert not [row for row in said if any(word in row for word in WORDS)]
