"""Legal holds: whom or what nothing ends for, why, until when."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies
from legal.models import LegalHold
from legal.register_forms import HoldForm
from legal.retention import holds as holding
from legal.views.doors import only


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: HttpRequest) -> HttpResponse:
    form = HoldForm(request.POST or None)
    status = 200
    now = clock_now()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"]
            person = User.objects.filter(email__iexact=email).first() if email else None
            try:
                if email and person is None:
                    raise holding.NoSuchObject(_("No account has this address."))
                holding.open_hold(
                    person=person,
                    subject=form.subject,
                    reason=form.cleaned_data["reason"],
                    ends_at=form.cleaned_data["ends_at"],
                    by=request.user,
                    now=now,
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(request, _("Nothing ends there until then."))
                return redirect("legal_desk_holds")
    rows = LegalHold.objects.select_related("person", "opened_by", "lifted_by")[:200]
    active = set(LegalHold.objects.active(now).values_list("pk", flat=True))
    context = {"form": form, "rows": [(hold, hold.pk in active) for hold in rows]}
    return render(request, "legal/cms/holds.html", context, status=status)


@only(policies.may_use_documents)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(LegalHold, pk=pk)
    try:
        holding.lift(hold_id=pk, by=request.user, now=clock_now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The hold is lifted."))
    return redirect("legal_desk_holds")
