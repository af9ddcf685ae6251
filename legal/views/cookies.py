"""`/cookies/`: what is optional, chosen one by one; the banner of every page posts here too."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from legal.consents import cookies
from legal.consents.origin import following, from_this_site
from legal.consents.proofs import circumstances


@from_this_site
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest) -> HttpResponse:
    offered = cookies.in_use()
    if request.method != "POST":
        made = cookies.read(request)
        lines = [(category, made.answers.get(category.topic) if made else None) for category in offered]
        context = {"lines": lines, "made": made, "next": following(request), "missing": False}
        return render(request, "legal/cookies.html", context)
    answers = {category.topic: _answer(request, category.topic) for category in offered}
    kept = {topic: given for topic, given in answers.items() if given is not None}
    if offered and len(kept) < len(offered):
        lines = [(category, answers[category.topic]) for category in offered]
        context = {"lines": lines, "made": cookies.read(request), "next": following(request), "missing": True}
        return render(request, "legal/cookies.html", context, status=422)
    response = redirect(following(request))
    words = "\n".join(f"{category.label} – {category.says}" for category in offered)
    cookies.choose(
        request,
        response,
        kept,
        how=circumstances(request, f"{words}\n{_pressed(request)}", page=following(request)),
        user=request.user if request.user.is_authenticated else None,
        now=clock_now(),
    )
    if request.POST.get("choix") == "enregistrer":
        messages.success(request, _("Your choice is kept for six months. You can change it at any time."))
    return response


def _answer(request: HttpRequest, topic: str) -> bool | None:
    """The buttons answer for all, the page for each; nothing is filled in beforehand."""
    pressed = request.POST.get("choix", "")
    if pressed in {"accepter", "refuser"}:
        return pressed == "accepter"
    return {"oui": True, "non": False}.get(request.POST.get(f"categorie-{topic}", ""))


def _pressed(request: HttpRequest) -> str:
    words = {"accepter": _("Accept all"), "refuser": _("Refuse all")}
    return words.get(request.POST.get("choix", ""), _("Save my choice"))
