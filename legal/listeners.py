"""A published version is announced at once: the sweep is asked for without waiting for its next turn."""

from typing import Any

from common.signals import version_published
from common.tasks import enqueue


def connect() -> None:
    version_published.connect(announce, dispatch_uid="legal.announce")


def announce(**kwargs: Any) -> None:
    from legal.tasks import enforce_versions

    enqueue(enforce_versions)
