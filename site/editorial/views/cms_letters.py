"""The desk of the letters, inside the CMS: written, seen as a mail, tried on oneself, sent."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common import outbox
from common.clock import now as clock_now
from common.errors import DomainError
from editorial.actions import letters as actions
from editorial.letters import claims, mails
from editorial.letters.forms import LetterForm
from editorial.models import Letter
from legal.models.consent import MAILS


def may_write(user: User) -> bool:
    return user.has_perm("editorial.change_letter")


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_write(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@for_editors
@never_cache
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    counts = [(topic.label, actions.readers(topic).count()) for topic in MAILS]
    rows = Letter.objects.select_related("author", "sent_by")[:100]
    return render(request, "editorial/cms/letters.html", {"letters": rows, "counts": counts})


@for_editors
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    letter = get_object_or_404(Letter, pk=pk) if pk else Letter()
    if not letter.is_draft:
        return redirect("letter_desk_one", letter.pk)
    form = LetterForm(request.POST if request.method == "POST" else None, instance=letter)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                saved = actions.save(letter=form.save(commit=False), author=request.user, now=clock_now())
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(request, _("Saved. See it below as a mail, and send it to yourself."))
                return redirect("letter_desk_one", saved.pk)
    return render(request, "editorial/cms/letter_write.html", {"form": form, "letter": letter}, status=status)


@for_editors
@never_cache
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_object_or_404(Letter.objects.select_related("author", "sent_by"), pk=pk)
    context = {
        "letter": letter,
        "readers": actions.readers(letter.topic).count(),
        "claims": claims.left(letter) if letter.is_draft else [],
    }
    return render(request, "editorial/cms/letter.html", context)


@for_editors
@never_cache
@xframe_options_sameorigin
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail itself, in a frame."""
    letter = get_object_or_404(Letter, pk=pk)
    return HttpResponse(outbox.render_mail("editorial/letter", mails.written(letter, None)).html)


@for_editors
@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    letter = get_object_or_404(Letter, pk=pk)
    try:
        if step == "supprimer":
            actions.delete(letter=letter)
            messages.success(request, _("The draft is deleted."))
            return redirect("letter_desk")
        if step == "essayer":
            actions.try_on(letter=letter, person=request.user, now=clock_now())
            messages.success(request, _("On its way to your own address."))
        else:
            actions.send(letter=letter, sender=request.user, now=clock_now(), reason=request.POST.get("reason", ""))
            count = actions.readers(letter.topic).count()
            messages.success(
                request,
                ngettext("It is leaving for %(n)d address.", "It is leaving for %(n)d addresses.", count)
                % {"n": count},
            )
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("letter_desk_one", pk)
