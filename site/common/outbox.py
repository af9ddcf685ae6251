"""Sending messages: stored in the caller's transaction, delivered by a task after commit (`common.delivery`)."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from common import clock, compiled
from common.models import OutboxMessage
from common.registry import Registry

Channel = OutboxMessage.Channel
# What depends on the reader's screen (dark colours) cannot be written into elements: it stays in the head.
_inliner = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Rendered:
    """What a message says. `attachments`: list of {name, content_type, text}; `base64` instead of text for what is no text."""

    text: str
    subject: str = ""
    html: str = ""
    attachments: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Renderer:
    """How an app says its messages, in the task that sends them.

    `unwanted` answers why a message must not leave (a Reason, or nothing). It runs in the transaction that hands it over, and
    locks the rows it reads, so that what it found is still true when the message has left.
    """

    render: Callable[[OutboxMessage], Rendered]
    unwanted: Callable[[OutboxMessage], str] = lambda message: ""


# Apps above add theirs in `ready()`: this app knows none of them.
renderers: Registry[Renderer] = Registry("renderers of messages")
# Asked before any message leaves: why it must not (a Reason), or nothing. The law app refuses what a restriction freezes.
gates: Registry[Callable[[OutboxMessage], str]] = Registry("gates of the outbox")


@dataclass(frozen=True)
class Draft:
    """A message that `renderer` will write from `facts`: JSON and moments, everything that it says."""

    key: str
    to: str
    template: str
    facts: dict[str, Any]
    about: str = ""
    channel: str = Channel.EMAIL
    at_most_once: bool = False
    not_after: dt.datetime | None = None
    language: str = "fr"


def queue(renderer: str, drafts: Sequence[Draft]) -> None:
    """Queue messages, each once per key, in one INSERT; they are written when they are sent."""
    if renderer not in renderers:
        raise LookupError(renderer)
    now = clock.now()
    rows = [
        OutboxMessage(
            key=draft.key,
            to=draft.to,
            renderer=renderer,
            template=draft.template,
            facts=draft.facts,
            about=draft.about,
            channel=draft.channel,
            at_most_once=draft.at_most_once,
            not_after=draft.not_after,
            language=draft.language,
            next_attempt_at=now,
        )
        for draft in drafts
    ]
    compiled.insert_new(rows)
    _deliver_soon([draft.key for draft in drafts])


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
    about: str = "",
) -> OutboxMessage:
    """Queue the mail `templates/emails/<template>.{subject.txt,txt,html}` (extend emails/base.*), written at once, once per `key`.

    `headers`: more of them (List-Unsubscribe). Idempotent: a key that exists returns its row unchanged.
    """
    said = render_mail(template, context, language=language)
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "template": template,
            "about": about,
            "subject": said.subject,
            "text": said.text,
            "html": said.html,
            "attachments": attachments or [],
            "headers": headers or {},
            "not_after": not_after,
            "language": language,
            "next_attempt_at": clock.now(),
        },
    )
    if created:
        _deliver_soon([key])
    return message


def _deliver_soon(keys: list[str]) -> None:
    from common.tasks import deliver_messages, enqueue

    transaction.on_commit(lambda: enqueue(deliver_messages, keys))


def render_mail(template: str, context: dict[str, Any], *, language: str = "fr") -> Rendered:
    """The three parts of a mail, its styles written into its elements."""
    context = {"site_name": settings.WAGTAIL_SITE_NAME, "base_url": settings.BASE_URL, **context}
    with translation.override(language):
        return Rendered(
            subject=one_line(render_to_string(f"emails/{template}.subject.txt", context))[:300],
            text=render_to_string(f"emails/{template}.txt", context),
            html=_inliner.inline(render_to_string(f"emails/{template}.html", context)),
        )


def one_line(text: str) -> str:
    """A subject on one line; the no-break spaces of French stay (`split()` would take them for spaces)."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
