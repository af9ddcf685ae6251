"""The operators' page of the search, in the CMS."""

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from practitioners.policies.files import may_operate
from search import index_status
from search.actions import index
from search.alone import is_taken
from search.models import IndexReport

log = structlog.get_logger(__name__)
WORKS = {"verifier": "check_index", "reconstruire": "rebuild_index"}


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    if not may_operate(request.user):
        raise PermissionDenied
    return render(request, "search/cms/index.html", {"status": index_status.read()})


@never_cache
@require_POST
def ask(request: HttpRequest, work: str) -> HttpResponse:
    """Ask for a check or a rebuild; a rebuild only once its box says that one knows what it does."""
    if not may_operate(request.user):
        raise PermissionDenied
    if work == "reconstruire" and request.POST.get("confirme") != "oui":
        messages.error(request, _("Tick the box first: a rebuild reads every practitioner anew."))
    elif is_taken(index.WORK):
        messages.warning(
            request, _("A check or a rebuild is already under way: its report comes here when it is done.")
        )
    else:
        log.info("index_work_asked", work=work, by=request.user.pk)
        if index.ask_for(WORKS[work], IndexReport.Cause.OPERATOR.value):
            messages.success(request, _("Asked for: its report comes here when it is done."))
        else:
            messages.error(request, _("The queue of tasks does not answer: nothing was started."))
    return redirect("search_index")
