"""While Valkey is away, the site serves: what used the cache goes without."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.urls import reverse

AWAY = {"default": {"BACKEND": "common.cache.TolerantRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture
def cache_away(settings) -> BaseCache:
    settings.CACHES = AWAY
    return caches["default"]


def test_reads_miss_and_writes_are_dropped(cache_away):
    cache_away.set("a", 1)
    cache_away.set_many({"a": 1})
    assert cache_away.get("a", "default") == "default"
    assert cache_away.get_many(["a"]) == {}
    assert cache_away.get_or_set("b", lambda: 2) == 2
    assert cache_away.incr("hits") == 1
    assert cache_away.add("lock", 1)
    assert not cache_away.has_key("a")
    assert not cache_away.delete("a")


@pytest.mark.django_db
def test_pages_that_use_it_answer(cache_away, client):
    assert client.get("/").status_code in {200, 404}
    assert client.get("/documents/").status_code == 200
    refused = client.post(reverse("account_login"), {"login": "personne@exemple.fr", "password": "rien-de-juste"})
    assert refused.status_code == 422


def test_one_client_serves_every_call(cache_away):
    inner = cache_away._cache
    assert inner.get_client("a") is inner.get_client("b", write=True)
