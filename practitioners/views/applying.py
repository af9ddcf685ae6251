"""« Devenir praticien »: what it takes, and the form that opens a file (R1)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.clock import now as clock_now
from common.errors import DomainError
from common.pace import too_many
from legal.actions import documents
from legal.models import LegalVersion
from practitioners.actions import applying
from practitioners.actions.applying import TO_ACCEPT
from practitioners.applying_form import ApplyForm
from practitioners.models import Practitioner

MOST_AN_HOUR = 10


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    if user is not None and Practitioner.objects.filter(user=user).exists():
        return redirect("office_home")
    now = clock_now()
    form = ApplyForm(request.POST or None, user=user, documents=_documents())
    if request.method == "POST" and form.is_valid():
        if too_many(request, "applying", most=MOST_AN_HOUR):
            form.add_error(None, _("Too many applications came from this connection. Try again in an hour."))
            return _page(request, form, status=429)
        deed = applying.Deed(
            boxes=form.accepted(),
            page=request.path,
            ip=request.META.get("REMOTE_ADDR"),
            agent=request.META.get("HTTP_USER_AGENT", ""),
        )
        try:
            made = applying.apply(
                applicant=form.applicant(), practices=form.cleaned_data["practices"], deed=deed, user=user, now=now
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return _page(request, form, status=error.status)
        if user is None:
            return redirect("applied")
        if made:
            messages.success(request, _("Your file is open. Fill it in at your own pace: everything is kept."))
        return redirect("office_file")
    return _page(request, form, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """The same for a new address and for one that has an account: it says nothing of anybody."""
    return render(request, "practitioners/applied.html")


def _documents() -> list[LegalVersion]:
    found = documents.in_force([(kind, None) for kind in TO_ACCEPT], now=clock_now())
    return [found[kind, None] for kind in TO_ACCEPT if (kind, None) in found]


def _page(request: HttpRequest, form: ApplyForm, *, status: int) -> HttpResponse:
    return render(request, "practitioners/apply.html", {"form": form}, status=status)
