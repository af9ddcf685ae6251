"""The register of processing (GDPR, article 30): declared by the apps, completed by the legal team, exported, published."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access import exports as taken_out
from common.clock import now as clock_now
from common.errors import DomainError
from common.privacy import Role
from legal import entries, exports, policies, public_notice
from legal import register as personal_data
from legal.actions import documents, operator_values
from legal.actions import register as writing
from legal.models import ActivityVersion, LegalDocument
from legal.register_forms import ActivityForm
from legal.views.doors import only

ROLES = {"responsable": Role.CONTROLLER, "sous-traitant": Role.PROCESSOR}


@only(policies.may_read_register)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("role", "")
    context = {
        "entries": entries.entries(role=ROLES.get(wanted)),
        "wanted": wanted if wanted in ROLES else "",
        "unbound": personal_data.unbound_fields(),
        "may_write": policies.may_use_documents(request.user),
    }
    return render(request, "legal/cms/register.html", context)


@only(policies.may_read_register)
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, key: str) -> HttpResponse:
    """One activity: what stands, its history, and for the legal team its next version."""
    found = entries.entry(key)
    if found is None:
        raise Http404
    may_write = policies.may_use_documents(request.user)
    form = ActivityForm(request.POST or None, entry=found)
    status = 200
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        status = 422
        if form.is_valid():
            try:
                said = {name: form.cleaned_data[name] for name in writing.FIELDS}
                writing.write(
                    activity=key,
                    after=form.cleaned_data["after"],
                    said=said,
                    reason=form.cleaned_data["reason"],
                    author=request.user,
                    now=clock_now(),
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(request, _("The new version stands from now on."))
                return redirect("legal_desk_activity", key=key)
    versions = ActivityVersion.objects.filter(activity=key).select_related("author")
    context = {
        "entry": found,
        "form": form,
        "may_write": may_write,
        "tables": list(entries.tables(found.activity)),
        "versions": list(versions),
    }
    return render(request, "legal/cms/activity.html", context, status=status)


@only(policies.may_read_register)
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """`?role=responsable` or `?role=sous-traitant`: the operator's register as controller, or as processor."""
    if form not in exports.FORMS:
        raise Http404
    wanted = request.GET.get("role", "responsable")
    if wanted not in ROLES:
        raise Http404
    write, content_type = exports.FORMS[form]
    title = "Responsable de traitement" if wanted == "responsable" else "Sous-traitant"
    facts = operator_values.in_force(now=clock_now())
    holder = exports.Holder(name=facts.get("operateur_nom", ""), contact=facts.get("delegue_donnees", ""), role=title)
    taken = taken_out.begin_nameless(request, subject=f"registre?role={wanted}", format=form)
    content = write(holder, entries.entries(role=ROLES[wanted]), taken_out.watermark(taken))
    response = HttpResponse(content, content_type=content_type)
    name = taken_out.file_name(taken, f"registre-{wanted}.{form}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@only(policies.may_use_documents)
@require_POST
def draft_notice(request: HttpRequest) -> HttpResponse:
    """A draft of the privacy policy with what the register says now; it is reviewed and published like any version."""
    document = documents.create_document(kind=LegalDocument.Kind.PRIVACY, title="Politique de confidentialité")
    last = document.versions.published().order_by("-number").first()
    known = last.articles if last else []
    try:
        documents.draft_new_version(
            document=document, author=request.user, articles=public_notice.merged(known, entries.entries())
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(
            request, _("A draft of the privacy policy was made from the register: read it again, then submit it.")
        )
    return redirect("legal_desk_document", pk=document.pk)
