"""Sending messages: rendered and stored in the caller's transaction, delivered by a task after commit."""

import datetime as dt
import re
from typing import Any

import structlog
from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from common import clock
from common.models import OutboxMessage

log = structlog.get_logger(__name__)
RETRY_AFTER = [dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
_inliner = CSSInliner(load_remote_stylesheets=False)


def send(
    *,
    key: str,
    to: str,
    template: str,
    context: dict[str, Any],
    attachments: list[dict[str, str]] | None = None,
    not_after: dt.datetime | None = None,
    language: str = "fr",
    headers: dict[str, str] | None = None,
) -> OutboxMessage:
    """Queue the mail `templates/emails/<template>.{subject.txt,txt,html}` (extend emails/base.*) once per `key`.

    `attachments`: list of {name, content_type, text}; `headers`: more of them (List-Unsubscribe).
    Idempotent: a key that exists returns its row unchanged.
    """
    context = {"site_name": settings.WAGTAIL_SITE_NAME, "base_url": settings.BASE_URL, **context}
    with translation.override(language):
        subject = _one_line(render_to_string(f"emails/{template}.subject.txt", context))
        text = render_to_string(f"emails/{template}.txt", context)
        html = _inliner.inline(render_to_string(f"emails/{template}.html", context))
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": subject[:300],
            "text": text,
            "html": html,
            "attachments": attachments or [],
            "headers": headers or {},
            "not_after": not_after,
            "next_attempt_at": clock.now(),
        },
    )
    if created:
        from common.tasks import deliver_message, enqueue

        transaction.on_commit(lambda: enqueue(deliver_message, message.pk))
    return message


def _one_line(text: str) -> str:
    """A subject on one line; the no-break spaces of French stay (`split()` would take them for spaces)."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def deliver(message_id: int) -> None:
    """Deliver one pending message; a failure is recorded and tried again later."""
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=message_id).first()
        now = clock.now()
        if message is None or message.status != OutboxMessage.Status.PENDING:
            return
        if message.not_after and now > message.not_after:
            message.status = OutboxMessage.Status.DROPPED
            message.save(update_fields=["status"])
            return
        try:
            _mail(message).send()
        except Exception as error:  # noqa: BLE001 (any transport error: kept on the row, logged, tried again)
            message.attempts += 1
            message.last_error = f"{type(error).__name__}: {error}"
            if message.attempts > len(RETRY_AFTER):
                message.status = OutboxMessage.Status.FAILED
            else:
                message.next_attempt_at = now + RETRY_AFTER[message.attempts - 1]
            log.warning("mail_not_delivered", key=message.key, attempts=message.attempts, error=message.last_error)
        else:
            message.status = OutboxMessage.Status.SENT
            message.sent_at = now
        message.save()


def _mail(message: OutboxMessage) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={**message.headers, "Message-ID": message.message_id},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        mail.attach(part["name"], part["text"], part["content_type"])
    return mail
