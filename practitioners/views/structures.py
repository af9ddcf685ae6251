"""`/centres/etablissement/<slug>/`: an establishment of a public register that nobody has claimed yet.

A million of them would be a million Wagtail pages that nobody edits: this one view shows them, and leads to the page once there is one.
Not indexed: a sole trader did not ask to be found here.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from practitioners.models import Structure
from practitioners.views.public import read_in_bulk


@login_not_required
@require_safe
def establishment(request: HttpRequest, slug: str) -> HttpResponse:
    """The page it got since, 410 without its name when it has closed, 404 for what no register brought."""
    structure = Structure.objects.select_related("commune", "page").filter(slug=slug[:120]).first()
    if structure is None:
        raise Http404
    page = getattr(structure, "page", None)
    if page is not None and page.live:
        return redirect(structure.address, permanent=True)
    if page is not None or structure.source == Structure.Source.OWN:
        raise Http404
    if not structure.is_open:
        context = {"town": structure.commune.short_name, "commune": structure.commune_id}
        response = render(request, "practitioners/establishment_closed.html", context, status=410)
    else:
        response = read_in_bulk(request) or render(
            request, "practitioners/establishment.html", {"structure": structure}
        )
    response["X-Robots-Tag"] = "noindex"
    return response
