"""`/praticiens/<slug>/telephone/`: the number of who chose to show it, on request, counted and at a person's pace (P5)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import clock
from common.pace import HOUR, too_many
from common.signals import page_used
from practitioners import harvesting
from practitioners.models import Practitioner


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, slug: str) -> HttpResponse:
    """Shown to a press alone, which programs that follow links do not make."""
    practitioner = Practitioner.objects.filter(slug=slug[:120]).first()
    if practitioner is None or not practitioner.is_listed:
        return redirect(f"/praticiens/{slug[:120]}/")
    if request.method != "POST" or not practitioner.shows_phone:
        return redirect(f"/praticiens/{practitioner.slug}/#contact")
    context = {"practitioner": practitioner, "refused": False}
    most = settings.PHONES_PER_NETWORK
    floods = too_many(request, "phones", most=most) or too_many(
        request, "phones-a-day", most=3 * most, seconds=24 * HOUR
    )
    if floods or harvesting.collects(request, now=clock.now()):
        response = render(request, "practitioners/phone.html", context | {"refused": True}, status=429)
        response["Retry-After"] = str(HOUR)
        return response
    page_used.send(sender=Practitioner, practitioner_id=practitioner.pk, what="phone", request=request)
    return render(request, "practitioners/phone.html", context)
