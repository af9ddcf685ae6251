"""The copy of one's data: asked for, then downloaded for a week."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal.models import DataCopy
from legal.rights import export
from legal.rights.actions import copies as acting
from legal.rights.identity import asks_again


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def copies(request: HttpRequest) -> HttpResponse:
    status = 200
    if request.method == "POST":
        try:
            acting.ask(user=request.user, now=clock_now())
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
        else:
            messages.success(request, _("Your copy is being prepared. We write to you when it is ready."))
            return redirect("rights:copies")
    rows = DataCopy.objects.filter(user=request.user)[:10]
    return render(request, "rights/copies.html", {"rows": rows, "now": clock_now(), "cnil": export.CNIL}, status=status)


@never_cache
@require_safe
@asks_again
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    now = clock_now()
    copy = get_object_or_404(
        DataCopy, pk=pk, user=request.user, state=DataCopy.State.READY, expires_at__gt=now
    )  # fmt: skip
    acting.note_download(copy_id=copy.pk, now=now)
    name = f"mes-donnees-{copy.asked_at:%Y-%m-%d}.zip"
    return FileResponse(copy.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
