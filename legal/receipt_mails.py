"""The receipt of what was accepted, with the very text, by mail: a durable medium, which a link is not (CJEU, C-49/11).

One mail for all that was accepted at one moment. It is written when it is sent, from the chain; whoever was erased meanwhile is sent
nothing.
"""

import base64
import datetime as dt
import json

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from common import outbox
from common.models import OutboxMessage
from common.outbox import Draft, Rendered, render_mail
from legal import pdf, receipt_pdf
from legal.actions import acceptances
from legal.models import Acceptance

RENDERER = "legal.receipts"


def queue(*, user: User, now: dt.datetime) -> None:
    """In the transaction that accepts, with its `now`: asked twice, one mail leaves."""
    facts = {"user": user.pk, "at": now.isoformat()}
    key = f"acceptance-{user.pk}-{now:%Y%m%dT%H%M%S.%f}"
    outbox.queue(
        RENDERER, [Draft(key=key, to=user.email, template="legal/accepted", facts=facts, about=f"user:{user.pk}")]
    )


def unwanted(message: OutboxMessage) -> str:
    return "" if _rows(message) else str(OutboxMessage.Reason.UNWANTED)


def render(message: OutboxMessage) -> Rendered:
    rows = _rows(message)
    said = render_mail(
        "legal/accepted",
        {
            "rows": rows,
            "one": rows[0] if len(rows) == 1 else None,
            "url": settings.BASE_URL.rstrip("/") + reverse("legal:mine"),
        },
        language=message.language,
    )
    files = [file for row in rows for file in _files(row)]
    return Rendered(subject=said.subject, text=said.text, html=said.html, attachments=files)


def _rows(message: OutboxMessage) -> list[Acceptance]:
    told = {"detail__user": message.facts["user"], "recorded_at": dt.datetime.fromisoformat(message.facts["at"])}
    rows = Acceptance.objects.filter(**told, refused=False).select_related("detail__user", "version__document")
    return list(rows.order_by("sequence"))


def _files(row: Acceptance) -> list[dict[str, str]]:
    base = settings.BASE_URL.rstrip("/")
    receipt = acceptances.receipt(acceptance=row, base=base)
    publisher = settings.WAGTAIL_SITE_NAME
    version = row.version
    text = pdf.render(version, address=base + version.get_absolute_url(), publisher=publisher)
    return [
        _binary(f"{version.document.slug}-v{version.number}.pdf", text),
        _binary(f"acceptation-{row.sequence}.pdf", receipt_pdf.render(row, receipt, publisher=publisher)),
        {
            "name": f"acceptation-{row.sequence}.json",
            "content_type": "application/json",
            "text": json.dumps(receipt, ensure_ascii=False, indent=2),
        },
    ]


def _binary(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content_type": "application/pdf", "base64": base64.b64encode(content).decode()}
