"""The desk of proof files: one is made with its reason and handed over at once; what was made stays in a list."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.access.doors import asks_by_itself
from common.access.kinds import kind
from common.access.records import record_for
from common.clock import now as clock_now
from common.errors import DomainError
from common.models import ReadingLog
from common.proof_parts import topics
from legal import policies
from legal.models import ProofFile
from legal.proof_files import making
from legal.proof_files.forms import ProofFileForm
from legal.views.doors import only

PROOF = kind("proof-file", gettext_lazy("Proof file"))


@only(policies.may_use_documents)
@asks_by_itself(PROOF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    form = ProofFileForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _made(request, form)
            except DomainError as error:
                form.add_error("which" if isinstance(error, making.NothingOfTheKind) else None, str(error.message))
    rows = ProofFile.objects.select_related("made_by", "why")
    context = {"form": form, "page": Paginator(rows, 50).get_page(request.GET.get("p"))}
    return render(request, "legal/cms/proof_files.html", context, status=status)


@transaction.atomic
def _made(request: HttpRequest, form: ProofFileForm) -> HttpResponse:
    """The file never leaves without its record: both are one transaction."""
    said = form.cleaned_data
    topic = topics.get(said["topic"])
    subject = making.find(topic, said["which"])
    row, content = making.make(topic=topic, subject=subject, reason=said["reason"], by=request.user, now=clock_now())
    record_for(
        request,
        kind=PROOF,
        subject=f"legal.ProofFile:{row.pk}",
        people=subject.people,
        reason=said["reason"],
        act=ReadingLog.Act.EXPORT,
    )
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="dossier-{row.reference.lower()}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
