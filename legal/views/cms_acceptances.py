"""One link of the chain; whose it is, only to who says why, and the reading is logged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.access.doors import asks_by_itself
from common.access.kinds import kind
from common.access.records import record_for
from legal import policies
from legal.forms import ReadingForm
from legal.models import Acceptance, AcceptanceDetail
from legal.views.doors import only

IDENTITY = kind("acceptance", _("Identity behind an acceptance"))


@only(policies.may_read_acceptances)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@asks_by_itself(IDENTITY)
def acceptance(request: HttpRequest, sequence: int) -> HttpResponse:
    row = get_object_or_404(Acceptance.objects.select_related("version__document"), sequence=sequence)
    detail = AcceptanceDetail.objects.select_related("user").filter(acceptance=row).first()
    form = ReadingForm(request.POST if request.method == "POST" else None)
    revealed = fits = False
    if detail is not None and form.is_bound and form.is_valid():
        record_for(
            request,
            kind=IDENTITY,
            subject=f"legal.AcceptanceDetail:{detail.pk}",
            people=[detail.user_id],
            reason=form.cleaned_data["reason"],
        )
        revealed = True
        expected = detail.expected_commitment(version=row.version, refused=row.refused, recorded_at=row.recorded_at)
        fits = expected == row.commitment
    context = {"row": row, "detail": detail, "form": form, "revealed": revealed, "fits": fits}
    return render(request, "legal/cms/acceptance.html", context, status=422 if form.is_bound and not revealed else 200)
