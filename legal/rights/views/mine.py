"""« Mes données »: what is held about the signed-in person, activity by activity, and its rows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import now as clock_now
from common.wording import spaced
from legal import entries
from legal.models import AccountClosing, DataCopy, RightsChoice
from legal.rights import corrections, effects, export, held, identity, values
from legal.rights import names as words
from legal.rights.actions import wishes
from legal.rights.forms import CodeForm
from legal.rights.people import person_of

SHOWN = 50


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    person = person_of(request.user)
    standing = RightsChoice.objects.standing().filter(user=request.user)
    lines = held.held_of(person)
    context = {
        "lines": lines,
        "total": sum(line.count for line in lines),
        "corrections": corrections.places(request.user),
        "objections": sum(choice.kind == choice.Kind.OBJECTION for choice in standing),
        "restricted": any(choice.kind == choice.Kind.RESTRICTION for choice in standing),
        "closing": AccountClosing.objects.standing().filter(user=request.user).first(),
        "wish": wishes.current(request.user),
        "copy": DataCopy.objects.filter(user=request.user).first(),
        "cnil": export.CNIL,
    }
    return render(request, "rights/mine.html", context)


@never_cache
@require_safe
def activity(request: HttpRequest, key: str) -> HttpResponse:
    """What one activity holds of this person, as the copy says it; the first rows of each table."""
    entry = entries.entry(key)
    if entry is None:
        raise Http404
    person, now = person_of(request.user), clock_now()
    tables = []
    with translation.override("fr"):
        for way in held.ways_of(person, activity=key):
            rows = way.trail.rows(person).order_by("-pk")
            count = rows.count()
            if count:
                names = values.labels(way.trail.model, (*way.given, *way.trail.also))
                said = [words.row_in_words(values.row_facts(row, way, person, None), names) for row in rows[:SHOWN]]
                withheld = [name for name in way.bound if name not in way.given]
                tables.append({"way": way, "name": words.of_rows(rows.model), "count": count, "rows": said,
                               "more": count - len(said), "withheld": spaced(way.trail.withheld) if withheld else ""})  # fmt: skip
    context = {
        "entry": entry,
        "tables": tables,
        "ends": held.ends(entry, person, now),
        "objection": effects.objections.get(key) if key in effects.objections else None,
        "cnil": export.CNIL,
    }
    return render(request, "rights/activity.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """A code by mail, for who signs in without a password."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/compte/donnees/"
    now, form, status = clock_now(), CodeForm(), 200
    if request.method == "POST" and "send" not in request.POST:
        form, status = CodeForm(request.POST), 422
        if form.is_valid():
            if identity.confirm(request, form.cleaned_data["code"], now):
                return redirect(target)
            form.add_error("code", _wrong())
    elif request.method == "POST":
        identity.send_code(request, now)
    context = {"form": form, "next": target, "sent": identity.has_code(request)}
    return render(request, "rights/identity.html", context, status=status)


def _wrong() -> str:
    return translation.gettext("This code is not the last one sent, or is too old. Ask for another.")
