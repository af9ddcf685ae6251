"""The cache is a help, never a need: while Valkey is away, reads miss, writes are dropped, and pages are served.

Rate limits do not count meanwhile; `/readyz` says "degraded" and the log says it once a call.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

log = structlog.get_logger(__name__)
AWAY = (NoConnection, NoAnswer)


class _Client(RedisCacheClient):
    """Django makes a client of redis for each call, which costs more than the call: one a pool does for all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        made = self._made.get(id(pool))
        if made is None:
            made = self._made[id(pool)] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return made


class TolerantRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def _tolerate(self, call: Callable[[], Any], instead: Any) -> Any:
        try:
            return call()
        except AWAY as error:
            log.warning("cache_unavailable", error=type(error).__name__)
            return instead

    def ping(self) -> bool:
        """Whether the server answers now."""
        return bool(self._tolerate(lambda: self._cache.get_client(write=True).ping(), False))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).add(key, value, timeout, version), True)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).touch(key, timeout, version), False)

    def delete(self, key: str, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).delete(key, version), False)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).get_many(keys, version), {})

    def has_key(self, key: str, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).has_key(key, version), False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).incr(key, delta, version), delta)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).set_many(data, timeout, version), list(data))

    def delete_many(self, keys: Any, version: int | None = None) -> Any:
        return self._tolerate(lambda: super(TolerantRedisCache, self).delete_many(keys, version), None)
