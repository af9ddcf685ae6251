"""`/demo/mailbox/`: the mails sent by the site, as they would be received."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demo.models import Mail

PER_PAGE = 30
# A mail is foreign content: no script, nothing loaded, its links open outside of the frame.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINKS_LEAVE_THE_FRAME = '<base target="_blank">'


@login_not_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; `a` keeps those to one address."""
    address = request.GET.get("a", "").strip()[:254]
    mails = Mail.objects.defer("raw")
    if address:
        mails = mails.filter(recipients__icontains=address)
    page = Paginator(mails, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "address": address})


@login_not_required
@never_cache
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(Mail, pk=pk)
    attachments = [
        {"number": number, "name": part.get_filename() or f"{number}", "size": len(_content(part))}
        for number, part in enumerate(mail.attachments, start=1)
    ]
    return render(request, "demo/mail.html", {"mail": mail, "attachments": attachments})


@login_not_required
@require_safe
def html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML version alone, for the sandboxed frame of the message's page."""
    mail = get_object_or_404(Mail, pk=pk)
    if not mail.html:
        raise Http404("This mail has no HTML version")
    response = HttpResponse(mail.html.replace("<head>", f"<head>{LINKS_LEAVE_THE_FRAME}", 1))
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@login_not_required
@require_safe
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    mail = get_object_or_404(Mail, pk=pk)
    parts = mail.attachments
    if not 1 <= number <= len(parts):
        raise Http404("No such attachment")
    part = parts[number - 1]
    response = HttpResponse(_content(part), content_type=part.get_content_type())
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, part.get_filename() or f"{number}") or "attachment"
    )
    return response


def _content(part: object) -> bytes:
    return part.get_payload(decode=True) or b""  # type: ignore[attr-defined,no-any-return]
