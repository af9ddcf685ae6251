"""What beat asks for exists: a name that no task bears would fail in silence, every time."""

import pytest
from django.conf import settings

from booking.tasks import expire_holds
from config.celery import app


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE)
def test_every_scheduled_task_is_registered(entry: str) -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in app.tasks


@pytest.mark.parametrize("name", settings.CELERY_TASK_ROUTES)
def test_every_task_with_a_queue_of_its_own_is_registered(name: str) -> None:
    app.loader.import_default_modules()
    assert name in app.tasks


def test_a_task_is_named_by_its_app_wherever_in_its_package_it_stands() -> None:
    """What waits in the queue when a version replaces another finds its task again."""
    assert expire_holds.__module__ == "booking.tasks.appointments"
    assert expire_holds.name == "booking.tasks.expire_holds"
