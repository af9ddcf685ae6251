"""Objecting, restricting, instructions after death: what one chose, and what may be chosen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.errors import DomainError
from legal import entries
from legal.models import AfterDeathWish, RightsChoice
from legal.rights import effects, export
from legal.rights.actions import choices as acting
from legal.rights.actions import wishes
from legal.rights.actions.wishes import Beneficiary
from legal.rights.forms import RestrictForm, WishForm, choosable

Kind = RightsChoice.Kind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    form, status = RestrictForm(), 200
    if request.method == "POST":
        form, status, done = _act(request)
        if done:
            messages.success(request, done)
            return redirect("rights:choices")
    standing = list(RightsChoice.objects.standing().filter(user=request.user))
    objected = {choice.activity: choice for choice in standing if choice.kind == Kind.OBJECTION}
    lines = [entry for entry in entries.entries() if set(entry.people) & {"clients", "praticiens", "internautes"}]
    context = {
        "stops": [
            (entry, effects.objections.get(entry.key), objected.get(entry.key))
            for entry in lines
            if entry.key in effects.objections
        ],
        "goes_on": [
            (entry, effects.prevailing.get(entry.key)[1])
            for entry in lines
            if entry.key in effects.prevailing and effects.on_legitimate_interest(entry)
        ],
        "left": [
            (entry, effects.excepted.get(entry.key)[1])
            for entry in lines
            if entry.key in effects.excepted and entry.key not in effects.freezes
        ],
        "freezes": [effect.says for effect in effects.freezes],
        "restriction": next((choice for choice in standing if choice.kind == Kind.RESTRICTION), None),
        "past": RightsChoice.objects.filter(user=request.user, lifted_at__isnull=False)[:20],
        "form": form,
        "cnil": export.CNIL,
    }
    return render(request, "rights/choices.html", context, status=status)


def _act(request: HttpRequest) -> tuple[RestrictForm, int, str]:
    """(the form, the status, what was done)"""
    now, user, form = clock_now(), request.user, RestrictForm()
    try:
        if "object" in request.POST:
            acting.object_to(user=user, activity=request.POST["object"][:60], now=now)
            return form, 200, _("Done: this has stopped.")
        if "lift" in request.POST:
            key = request.POST["lift"]
            mine = RightsChoice.objects.filter(user=user, pk=int(key)) if key.isdecimal() and len(key) < 18 else None
            if mine is None or not mine.exists():
                raise Http404
            acting.lift(choice_id=int(key), by=user, now=now)
            return form, 200, _("Done: things go on as before.")
        form = RestrictForm(request.POST)
        if form.is_valid():
            acting.restrict(user=user, ground=form.cleaned_data["ground"], now=now)
            return form, 200, _("Done: your data are kept, and used no more.")
    except DomainError as error:
        messages.error(request, str(error.message))
        return form, error.status, ""
    return form, 422, ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def after_death(request: HttpRequest) -> HttpResponse:
    now, user, status = clock_now(), request.user, 200
    current = wishes.current(user)
    form = WishForm(activities=choosable(), initial=_initial(current))
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                wishes.withdraw(user=user, now=now)
                messages.success(request, _("Your instructions are withdrawn."))
                return redirect("rights:after_death")
            form = WishForm(request.POST, activities=choosable())
            status = 422
            if form.is_valid():
                facts = form.cleaned_data
                someone = Beneficiary(*(facts[name] for name in ("first_name", "last_name", "email", "address")))
                chosen = facts["activities"] if facts["scope"] == "some" else []
                wishes.write(
                    user=user, fate=facts["fate"], activities=chosen, beneficiary=someone, text=facts["text"], now=now
                )
                messages.success(request, _("Your instructions are recorded."))
                return redirect("rights:after_death")
        except DomainError as error:
            form.add_error(None, str(error.message)) if form.is_bound else messages.error(request, str(error.message))
            status = error.status
    history = AfterDeathWish.objects.filter(user=user).select_related("words")
    context = {"form": form, "current": current, "history": history, "cnil": export.CNIL}
    return render(request, "rights/after_death.html", context, status=status)


def _initial(wish: AfterDeathWish | None) -> dict[str, object]:
    if wish is None:
        return {}
    words = {name: getattr(wish.words, name) for name in ("first_name", "last_name", "email", "address", "text")}
    return {"fate": wish.fate, "scope": "some" if wish.activities else "all", "activities": wish.activities, **words}
