"""The door of a person's file: a desk decorated with `shows_person` asks why before it opens, and each opening is recorded.

The reason is remembered for that person for half an hour, in the session. A form sent after that loses nothing: it is carried
by the page that asks, and goes on with the reason.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from common.access.forms import AccessForm
from common.access.kinds import Kind
from common.access.records import record_for
from common.clock import now as clock_now
from common.models import ReadingLog

MEMORY = dt.timedelta(minutes=30)
SESSION = "access_reasons"
FIELDS = ("acces_usuel", "acces_motif", "acces_page", "csrfmiddlewaretoken")
MOST_REMEMBERED = 40


@dataclass(frozen=True)
class File:
    """What is opened: `subject` is app_label.Model:pk, `people` the accounts whose data it holds."""

    subject: str
    people: tuple[int | None, ...]
    title: str = ""

    @property
    def key(self) -> str:
        known = [pk for pk in self.people if pk is not None]
        return f"person:{known[0]}" if len(known) == 1 else self.subject


def shows_person(
    kind: Kind, file: Callable[..., File], *, act: str = ReadingLog.Act.READ
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`file(request, **kwargs)` finds what the address names, and raises Http404 or PermissionDenied as the view would."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            asked = gate(request, kind, file(request, *args, **kwargs), act=act)
            return asked if asked is not None else view(request, *args, **kwargs)

        wrapped.access_kind = kind.key  # type: ignore[attr-defined]
        return wrapped

    return decorate


def asks_by_itself(kind: Kind) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For a view whose own form asks the reason and which records by itself (the identity behind one acceptance)."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.access_kind = kind.key  # type: ignore[attr-defined]
        return view

    return decorate


def gate(request: HttpRequest, kind: Kind, file: File, *, act: str = ReadingLog.Act.READ) -> HttpResponse | None:
    """The page that asks for a reason, or nothing: there is one, and the opening is recorded."""
    if request.user.pk in file.people and len(file.people) == 1:
        return None  # one's own file
    reason = reason_for(request, file)
    exports = act == ReadingLog.Act.EXPORT  # recorded with the export itself
    if "acces_motif" in request.POST or "acces_usuel" in request.POST:
        form = AccessForm(request.POST, kind=kind)
        if not form.is_valid():
            return _ask(request, kind, file, form, status=422)
        reason = form.reason
        _remember(request, file, reason)
        if request.POST.get("acces_page"):
            return HttpResponseRedirect(request.get_full_path(), status=303)
        if not exports:
            _record(request, kind, file, reason, act)
        return None
    if reason is None:
        return _ask(request, kind, file, AccessForm(kind=kind), status=200)
    if request.method in {"GET", "HEAD"} and not exports:
        _record(request, kind, file, reason, act)
    return None


def reason_for(request: HttpRequest, file: File) -> str | None:
    said, until = request.session.get(SESSION, {}).get(file.key, (None, ""))
    return said if said and until > clock_now().isoformat() else None


def _remember(request: HttpRequest, file: File, reason: str) -> None:
    now = clock_now()
    known = {key: row for key, row in request.session.get(SESSION, {}).items() if row[1] > now.isoformat()}
    known.pop(file.key, None)
    known[file.key] = (reason, (now + MEMORY).isoformat())
    request.session[SESSION] = dict(list(known.items())[-MOST_REMEMBERED:])


def _record(request: HttpRequest, kind: Kind, file: File, reason: str, act: str) -> None:
    record_for(request, kind=kind, subject=file.subject, people=file.people, reason=reason, act=act)


def _ask(request: HttpRequest, kind: Kind, file: File, form: AccessForm, *, status: int) -> HttpResponse:
    carried: Iterable[tuple[str, str]] = []
    if request.method == "POST" and "acces_page" not in request.POST:
        carried = [(name, value) for name, values in request.POST.lists() for value in values if name not in FIELDS]
    context = {
        "form": form,
        "kind": kind,
        "file": file,
        "carried": carried,
        "of_page": request.method != "POST" or "acces_page" in request.POST,
        "minutes": int(MEMORY.total_seconds() // 60),
    }
    response = render(request, "common/access_reason.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
