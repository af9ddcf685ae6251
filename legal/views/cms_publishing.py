"""Publishing on the legal desk, at once or later by itself; and the facts of the operator that texts name."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies, reading
from legal.actions import announcements, operator_values, publishing
from legal.forms import FactForm, PublishForm
from legal.models import LegalVersion, OperatorValue
from legal.variables import VARIABLES
from legal.views.cms_versions import version_of_the_desk
from legal.views.doors import only


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """By someone who neither wrote nor reviewed it; what is published here can never be changed."""
    version = version_of_the_desk(pk)
    if not policies.may_publish(request.user, version):
        raise PermissionDenied
    initial = {"summary": version.summary, "mode": LegalVersion.Mode.ACCEPT}
    form = PublishForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            _publish(request, version, form)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("legal_desk_document", version.document_id)
    text = reading.text_of(version, values=operator_values.in_force(now=clock_now()))
    context = {
        "version": version,
        "document": version.document,
        "form": form,
        "articles": reading.articles_of(text),
        "translations": list(version.translations.all()),
        "concerned": announcements.concerned(version).count(),
    }
    return render(request, "legal/cms/publish.html", context, status=422 if form.is_bound else 200)


def _publish(request: HttpRequest, version: LegalVersion, form: PublishForm) -> None:
    now, data = clock_now(), form.cleaned_data
    notice = dt.timedelta(days=publishing.NOTICE_DAYS if data["mode"] == LegalVersion.Mode.NOTICE else 0)
    moment = data["publish_at"] or now
    decision = {
        "version": version,
        "approver": request.user,
        "effective_at": data["effective_at"] or moment + notice,
        "mode": data["mode"],
        "summary": data["summary"],
        "now": now,
    }
    if data["publish_at"]:
        publishing.schedule(**decision, publish_at=data["publish_at"])
        messages.success(
            request, _("Version %(number)d will be published by itself at that moment.") % {"number": version.number}
        )
    else:
        publishing.publish(**decision)
        messages.success(request, _("Version %(number)d is published and frozen.") % {"number": version.number})


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest) -> HttpResponse:
    """What texts name between braces, today and from each date on."""
    now = clock_now()
    form = FactForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            operator_values.set_value(
                name=data["name"],
                value=data["value"],
                valid_from=data["valid_from"] or now,
                by=request.user,
                now=now,
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Noted. The versions published before keep what was true then."))
            return redirect("legal_desk_facts")
    history: dict[str, list[OperatorValue]] = {}
    for row in OperatorValue.objects.select_related("set_by"):
        history.setdefault(row.name, []).append(row)
    known = operator_values.in_force(now=now)
    rows = [
        {
            "variable": variable,
            "token": "{" + variable.name + "}",
            "value": known.get(variable.name, ""),
            "coming": [row for row in history.get(variable.name, []) if row.valid_from > now],
            "history": [row for row in history.get(variable.name, []) if row.valid_from <= now],
        }
        for variable in VARIABLES.values()
    ]
    context = {"rows": rows, "form": form}
    return render(request, "legal/cms/facts.html", context, status=422 if form.is_bound else 200)
