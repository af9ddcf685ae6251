from collections.abc import Iterator

import pytest
from django.db import transaction

from places.actions import gazetteer as loading


@pytest.fixture(scope="module")
def gazetteer(django_db_setup: None, django_db_blocker) -> Iterator[dict[str, int]]:
    """All the communes of France, loaded once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        counts = loading.load()
        loading.refresh_statistics()
        yield counts
        transaction.set_rollback(True)
