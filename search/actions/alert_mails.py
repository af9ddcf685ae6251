"""The mails about an alert."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from common import outbox
from search.models import SearchAlert


def send(alert: SearchAlert, template: str, *, key: str, context: dict[str, Any]) -> None:
    """One mail about an alert, with the ways to stop it that mail programs show (RFC 8058)."""
    page = f"{settings.BASE_URL}{reverse('search_alert', args=[alert.token])}"
    stop_url = f"{settings.BASE_URL}{reverse('search_alert_stop', args=[alert.token])}"
    outbox.send(
        key=f"alert-{alert.subject}-{key}",
        to=alert.email,
        template=template,
        context={
            "alert": alert,
            "page_url": page,
            "stop_url": stop_url,
            "search_url": f"{settings.BASE_URL}{alert.search_url}",
            **context,
        },
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
