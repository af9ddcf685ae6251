"""Where Stripe speaks to us."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from booking.actions import webhooks
from booking.stripe_gateway import ForgedWebhook, verify_webhook
from common import clock

log = structlog.get_logger(__name__)


@login_not_required
@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Signed over the raw body; stored and answered at once, whatever the event is about."""
    try:
        event = verify_webhook(request.body, request.headers.get("Stripe-Signature", ""))
    except (ForgedWebhook, RequestDataTooBig, RawPostDataException) as error:
        # The last one: a body sent as a form's, which was read as such before it came here. Stripe sends JSON.
        log.warning("webhook_refused", error=type(error).__name__, ip=request.META.get("REMOTE_ADDR", ""))
        return HttpResponse("signature refused", status=400, content_type="text/plain")
    webhooks.receive(event=event, now=clock.now())
    return HttpResponse("ok", content_type="text/plain")
