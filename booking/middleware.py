"""Free times that another program asked for already are given again at the door, as the whole chain behind it answered them.

That is right for as long as the agenda they were computed from has its age, which is asked each time (docs/agenda.md); what the view
says is kept under is its proof. Only what no visitor can change goes this way: without cookies, without conditions.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse

from booking import agenda, answers
from booking.agenda import Age
from common import clock

PATHS = "/api/v1/practitioners/"
OTHERWISE = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
LONGEST_QUERY = 500


class Proof(NamedTuple):
    """An answer stands while the practitioner of this slug is listed, their agenda has this age, and this moment has not come."""

    slug: str
    practitioner_id: int
    age: Age
    until: dt.datetime


class _Answer(NamedTuple):
    proof: Proof
    headers: Mapping[str, str]
    body: bytes


_given: "LRUCache[tuple[str, str], _Answer]" = LRUCache(2**24, getsizeof=lambda one: len(one.body) + 1_000)
_lock = Lock()


def prove(response: HttpResponse, proof: Proof) -> HttpResponse:
    response.booking_proof = proof  # type: ignore[attr-defined]
    return response


def forget() -> None:
    with _lock:
        _given.clear()


answers.forgotten_with.append(forget)


class KeptAnswersMiddleware:
    """Before all that looks at who asks; behind what secures and logs every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATHS) or not _is_plain(request):
            return self.get_response(request)
        key = request.path_info, request.META.get("QUERY_STRING", "")
        with _lock:
            given = _given.get(key)
        if given and _stands(given.proof):
            # A host that is not ours is refused here as behind.
            request.get_host()
            return HttpResponse(given.body, headers=given.headers)
        response = self.get_response(request)
        proof = getattr(response, "booking_proof", None)
        if proof is not None and response.status_code == 200 and not response.cookies:
            with _lock:
                _given[key] = _Answer(proof, dict(response.items()), response.content)
        return response


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    return (
        request.method == "GET"
        and not any(meta.get(name) for name in OTHERWISE)
        and len(meta.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _stands(proof: Proof) -> bool:
    if clock.now() >= proof.until:
        return False
    _listed, aged = agenda.listed([proof.slug])
    return aged.get(proof.practitioner_id) == proof.age
