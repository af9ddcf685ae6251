"""Probes that higher apps add to `/readyz`: each returns "ok" or "degraded" and never raises."""

from collections.abc import Callable, Iterator

from common.registry import Registry

_probes: Registry[tuple[str, Callable[[], str]]] = Registry("health probes")


def register(name: str, probe: Callable[[], str]) -> None:
    _probes.register(name, (name, probe))


def probes() -> Iterator[tuple[str, Callable[[], str]]]:
    return iter(_probes)
