"""What remains to be accepted: read what changed, accept or refuse, keep the receipt."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.clock import now as clock_now
from common.errors import DomainError
from legal import differences, notices, receipt_mails
from legal.actions import acceptances
from legal.consents.origin import from_this_site
from legal.models import LegalVersion
from legal.reading import summary_lines


class AnswerForm(forms.Form):
    """Never filled in beforehand: accepting is an act."""

    box = forms.BooleanField(required=False)

    def __init__(self, *args: object, label: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["box"].label = label
        self.answer = str(self.data.get("answer", ""))

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if self.answer not in {"accept", "refuse"}:
            raise forms.ValidationError(gettext_lazy("Choose to accept or to refuse."))
        if self.answer == "accept" and not data.get("box"):
            self.add_error("box", gettext_lazy("Tick the box to accept, or choose to refuse."))
        return data


def box_text(version: LegalVersion) -> str:
    """The exact words beside the box; kept with the acceptance."""
    return _("I have read and accept version %(number)d of “%(title)s”.") % {
        "number": version.number,
        "title": version.title,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pending(request: HttpRequest) -> HttpResponse:
    """One document at a time: the one asked for by `?version=`, else the most pressing."""
    now = clock_now()
    waiting = [item for item in acceptances.pending_for(request.user, now) if item.asks_to_accept]
    following = _following(request)
    asked = request.POST.get("version") or request.GET.get("version") or ""
    item = next((item for item in waiting if str(item.version.pk) == asked), None)
    if item is None and request.method == "POST":
        messages.info(request, _("This has already been answered, or has been replaced by a newer version."))
        return redirect("legal:pending")
    unanswered = [each for each in waiting if not each.refused] or waiting
    item = item or (unanswered[0] if unanswered else None)
    if item is None:
        return render(request, "legal/nothing_pending.html", {"following": following})
    form = AnswerForm(request.POST if request.method == "POST" else None, label=box_text(item.version))
    if form.is_bound and form.is_valid():
        try:
            return _answer(request, item, form, following)
        except DomainError as error:
            form.add_error(None, str(error.message))
    versions = list(item.version.document.versions.published())
    context = {
        **differences.between(item.accepted, item.version, versions),
        "item": item,
        "form": form,
        "others": len(waiting) - 1,
        "following": following,
        "summary": summary_lines(item.version),
        "gated": item.gates(now),
        "in_force": item.version.applies(now),
        "show_all": False,
        "languages": list(item.version.translations.order_by("language")),
    }
    return render(request, "legal/pending.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, item: acceptances.Pending, form: AnswerForm, following: str) -> HttpResponse:
    record = acceptances.accept if form.answer == "accept" else acceptances.refuse
    now = clock_now()
    with transaction.atomic():
        row = record(
            user=request.user,
            version=item.version,
            box_text=box_text(item.version),
            page=request.path,
            ip=request.META.get("REMOTE_ADDR"),
            agent=request.META.get("HTTP_USER_AGENT", ""),
            now=now,
        )
        if not row.refused:
            receipt_mails.queue(user=request.user, now=row.recorded_at)
    if row.refused:
        messages.info(
            request,
            _(
                "Your refusal is recorded. You can still read, export your data and leave; you may change your mind at any time."
            ),
        )
    else:
        messages.success(
            request,
            _("Recorded: you accepted version %(number)d of “%(title)s”.")
            % {"number": item.version.number, "title": item.version.title},
        )
    remaining = [
        each for each in acceptances.pending_for(request.user, clock_now()) if each.asks_to_accept and not each.refused
    ]
    return redirect("legal:pending") if remaining else redirect(following or "legal:pending")


def _following(request: HttpRequest) -> str:
    """Where the person was going, when it is on this site."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else ""


@from_this_site
@login_not_required
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """“I have seen it”: remembered in a cookie, for versions that only inform."""
    response = redirect(_following(request) or "/")
    notices.remember_seen(request, response, request.POST.get("version", ""))
    return response
