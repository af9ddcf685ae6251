"""The legal team's page on choices that stand: objections, restrictions, closings, and the accounts of people who died."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common import privacy
from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.errors import DomainError
from common.models import ReadingLog
from legal import policies
from legal.models import AccountClosing, DataCopy, Death, RightsChoice
from legal.rights.actions import choices, copies, deaths, wishes
from legal.rights.forms import DeathForm, OutcomeForm
from legal.views.doors import only

_SHOWN = 200
DEATH = kind(
    "death",
    gettext_lazy("Account of a person who died"),
    gettext_lazy("Carrying out the instructions of the person"),
)


def _opened(request: HttpRequest, pk: int) -> File:
    row = get_object_or_404(Death, pk=pk)
    return File(f"legal.Death:{row.pk}", (row.user_id,))


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """What stands; posting records a death."""
    form, status, now = DeathForm(request.POST or None), 200, clock_now()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts = form.cleaned_data
            user = User.objects.filter(email__iexact=facts["email"]).first()
            try:
                if user is None:
                    form.add_error("email", _("No account has this address."))
                else:
                    death = deaths.record(
                        user=user, document=facts["document"], relation=facts["relation"], by=request.user, now=now
                    )
                    messages.success(request, _("Recorded: nobody signs in to this account any more."))
                    return redirect("legal_desk_death", death.pk)
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
    context = {
        "form": form,
        "choices": RightsChoice.objects.standing().select_related("user")[:_SHOWN],
        "closings": AccountClosing.objects.standing().filter(user__erased=None).select_related("user")[:_SHOWN],
        "deaths": Death.objects.select_related("user", "recorded_by")[:_SHOWN],
    }
    return render(request, "legal/cms/rights_people.html", context, status=status)


@only(policies.may_use_documents)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(RightsChoice, pk=pk)
    try:
        choices.lift(choice_id=pk, by=request.user, now=clock_now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Lifted: things go on as before."))
    return redirect("legal_desk_rights_people")


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DEATH, _opened)
def death(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person wished, and what is done of it."""
    row = get_object_or_404(Death.objects.select_related("user", "recorded_by", "carried_out_by", "copy"), pk=pk)
    wish = wishes.current(row.user)
    now, form, status = (
        clock_now(),
        OutcomeForm(initial={"outcome": wish.fate if wish and not wish.activities else "keep"}),
        200,
    )
    if request.method == "POST":
        try:
            if "copy" in request.POST:
                deaths.prepare_copy(death_id=row.pk, now=now)
                messages.success(request, _("The copy is being prepared."))
                return redirect("legal_desk_death", row.pk)
            form, status = OutcomeForm(request.POST), 422
            if form.is_valid():
                facts = form.cleaned_data
                deaths.carry_out(
                    death_id=row.pk, outcome=facts["outcome"], reason=facts["reason"], by=request.user, now=now
                )
                messages.success(request, _("Done, and kept with its date."))
                return redirect("legal_desk_death", row.pk)
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
    named = (
        [privacy.activities.get(key).purpose for key in wish.activities if key in privacy.activities] if wish else []
    )
    context = {"row": row, "wish": wish, "named": named, "form": form, "ready": _ready(row)}
    return render(request, "legal/cms/rights_death.html", context, status=status)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DEATH, _opened, act=ReadingLog.Act.EXPORT)
def death_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy, to hand it to whom the person named; the download is written down, and the person's own record says it."""
    row = get_object_or_404(Death.objects.select_related("copy", "user"), pk=pk)
    copy = get_object_or_404(DataCopy, pk=row.copy_id, state=DataCopy.State.READY)
    now = clock_now()
    ReadingLog.objects.create(
        reader=request.user, person=row.user, act=ReadingLog.Act.EXPORT, subject=f"legal.Death:{row.pk}",
        reason=_("Copy for the person named in the instructions"), read_at=now,
    )  # fmt: skip
    copies.note_download(copy_id=copy.pk, now=now)
    return FileResponse(copy.file.open("rb"), as_attachment=True, filename=f"copie-{row.pk}.zip")


def _ready(row: Death) -> bool:
    return row.copy is not None and row.copy.state == DataCopy.State.READY
