"""What a load balancer asks."""

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_ready_when_the_database_and_the_cache_answer(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["database"] == "ok"
    assert response.json()["cache"] == "ok"


@pytest.mark.django_db
def test_not_ready_without_its_database(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"


@pytest.mark.django_db
def test_still_ready_without_its_cache(client, settings):
    settings.CACHES = {"default": {"BACKEND": "common.cache.TolerantRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["cache"] == "degraded"


def test_alive_without_anything(client):
    """No database mark: the answer needs nothing but the process."""
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok"
