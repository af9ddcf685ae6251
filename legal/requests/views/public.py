"""`/vos-droits/`: asking without an account, then following by the link of the mail. Nothing here tells whether an address is known."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal.models import RightsEvent, RightsRequest
from legal.requests import identity, links, receiving
from legal.requests.answer_texts import CNIL_URL
from legal.requests.forms import PrecisionForm, ProofForm, PublicForm
from legal.requests.history import What

HOURLY = 5  # requests from one connection
DAILY = 5  # to one address, so that nobody's mailbox is filled with acknowledgements
UPLOADS = 10
# What the person reads of the history; the rest is work of the team.
TOLD = (
    What.RECEIVED, What.ASKED, What.DOUBTED, What.ADDED, What.PROVED, What.SEEN, What.UNSEEN, What.EXTENDED, What.FORWARDED,
    What.ANSWERED, What.REFUSED,
)  # fmt: skip


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    asked = request.GET.get("droit", "")
    known = {"name": user.get_full_name(), "email": user.email} if user else {}
    initial = known | ({"kind": asked} if asked in RightsRequest.Kind.values else {})
    form = PublicForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"form": form, "cnil_url": CNIL_URL}
    if not form.is_bound:
        return render(request, "legal/rights/ask.html", context)
    if not form.is_valid():
        return render(request, "legal/rights/ask.html", context, status=422)
    if _too_many(request, form.cleaned_data["email"]):
        form.add_error(
            None, _("Too many requests were sent today from your connection or to this address. Try again tomorrow.")
        )
        return render(request, "legal/rights/ask.html", context, status=429)
    # Signed in, but another address is typed: then it is not the account that asks.
    own = user if user and user.email.lower() == form.cleaned_data["email"].lower() else None
    found = receiving.receive(said=receiving.Said(**form.cleaned_data), user=own, now=clock_now())
    request.session["rights_received"] = found.reference
    return redirect("rights_received", reference=found.reference)


@login_not_required
@never_cache
@require_safe
def received(request: HttpRequest, reference: str) -> HttpResponse:
    """Only for the browser that sent it."""
    if request.session.get("rights_received") != reference:
        raise Http404
    found = get_object_or_404(RightsRequest, reference=reference)
    return render(request, "legal/rights/received.html", {"request_": found, "cnil_url": CNIL_URL})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """The request as the person sees it; what is still expected of them is given here."""
    found = _opened(reference, token)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    precision = PrecisionForm(request.POST if act == "precision" else None)
    proof = ProofForm(*((request.POST, request.FILES) if act == "proof" else ()))
    status = 422 if request.method == "POST" else 200
    asked: dict[str, PrecisionForm | ProofForm] = {"precision": precision, "proof": proof}
    form = asked.get(act)
    if form is not None and form.is_valid():
        try:
            _give(request, found, form)
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
            found = _opened(reference, token)
        else:
            return redirect(links.path_of(found) + "?merci=1")
    events = found.events.filter(what__in=TOLD).select_related("words")
    context = {
        "request_": found,
        "rows": [{"event": event, "text": _words(event)} for event in events],
        "files": list(found.files.all()) if found.is_ended else [],
        "precision": precision,
        "proof": proof,
        "form": form,
        "thanks": "merci" in request.GET,
        "token": token,
        "cnil_url": CNIL_URL,
    }
    return render(request, "legal/rights/follow.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def joined(request: HttpRequest, reference: str, token: str, pk: int) -> FileResponse:
    """What was joined to the answer."""
    found = _opened(reference, token)
    row = get_object_or_404(found.files, pk=pk) if found.is_ended else None
    if row is None:
        raise Http404
    try:
        opened = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=row.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _opened(reference: str, token: str) -> RightsRequest:
    found = links.opened(reference, token)
    if found is None:
        raise Http404
    return found


def _give(request: HttpRequest, found: RightsRequest, form: PrecisionForm | ProofForm) -> None:
    now, said = clock_now(), form.cleaned_data
    if _over(f"rights-added-{found.pk}", UPLOADS, 3600):
        raise DomainError(_("Too many things were sent in an hour. Try again later."))
    if isinstance(form, ProofForm):
        identity.prove(request_id=found.pk, document=said["document"], upload=said["file"], by=None, now=now)
    else:
        receiving.add_words(request_id=found.pk, text=said["text"], now=now)


def _words(event: RightsEvent) -> str:
    return event.words.text if hasattr(event, "words") else ""


def _too_many(request: HttpRequest, email: str) -> bool:
    address = hashlib.sha256(email.lower().encode()).hexdigest()[:32]
    by_connection = _over(f"rights-from-{request.META.get('REMOTE_ADDR', '')}", HOURLY, 3600)
    return _over(f"rights-to-{address}", DAILY, 86_400) or by_connection


def _over(key: str, most: int, seconds: int) -> bool:
    cache.add(key, 0, timeout=seconds)
    return bool(cache.incr(key) > most)
