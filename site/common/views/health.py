"""Health for machines: `/healthz` says the process answers, `/readyz` that it can serve."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from common.health import probes

log = structlog.get_logger(__name__)


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 when the database is away; 200 with `degraded` for what the site can do without."""
    state: dict[str, str] = {}
    status = 200
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        state["database"] = "ok"
    except DatabaseError as error:
        log.error("readyz_database", error=str(error))
        state["database"], status = "down", 503
    ping = getattr(cache, "ping", None)  # a cache in the process's own memory is always there
    state["cache"] = "ok" if ping is None or ping() else "degraded"
    for name, probe in probes():
        state[name] = probe()
    return JsonResponse(state, status=status)
