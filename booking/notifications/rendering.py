"""Writing a message from its frozen facts, in the task that sends it."""

import base64
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from booking import calendar_file
from booking.models import Appointment
from booking.notifications import billing, stops, tomorrow
from booking.notifications.facts import thaw
from booking.notifications.kinds import CLIENT, PRACTITIONER, Kind, of_template
from booking.notifications.wording import Words, values, worded
from common.models import OutboxMessage
from common.outbox import Rendered, one_line, render_mail
from common.sms import gsm
from legal import pdf
from legal.models import LegalVersion

DOCUMENTS = ("practitioner_terms_id", "practitioner_privacy_id")
SMS = OutboxMessage.Channel.SMS


def render(message: OutboxMessage) -> Rendered:
    """What the outbox asks for."""
    if message.template == tomorrow.TEMPLATE:
        return tomorrow.render(message.facts, message.language)
    kind, reader = of_template(message.template)
    return say(kind, reader, message.facts, words=worded(kind.name, reader), language=message.language)


def say(kind: Kind, reader: str, facts: dict[str, Any], *, words: Words, language: str = "fr") -> Rendered:
    """The message `kind` for `reader`; `words` are those of the operator, where there are any."""
    if not kind.of_appointment:
        return _about_an_invoice(kind, reader, facts, words, language)
    appointment = thaw(facts)
    with translation.override(language):
        filled = words.filled(values(appointment))
        context = _context(appointment, reader, facts, filled)
        if kind.channel == SMS:
            return Rendered(text=_short(kind, reader, context, filled))
        said = render_mail(f"booking/{kind.name}_{reader}", context, language=language)
        files = []
        if facts["with_file"]:
            for_practitioner = reader == PRACTITIONER
            files.append(calendar_file.attachment(appointment, for_practitioner=for_practitioner, now=facts["said_at"]))
        if kind.name == "confirmed" and reader == CLIENT:
            files += _terms(facts["appointment"])
    return Rendered(
        subject=one_line(filled.subject)[:300] if filled.subject else said.subject,
        text=said.text,
        html=said.html,
        attachments=files,
        headers=stops.headers(appointment, kind),
    )


def _about_an_invoice(kind: Kind, reader: str, facts: dict[str, Any], words: Words, language: str) -> Rendered:
    with translation.override(language):
        filled = words.filled(billing.values(facts))
        context = billing.context(facts) | {"wording": filled}
        said = render_mail(f"booking/{kind.name}_{reader}", context, language=language)
    subject = one_line(filled.subject)[:300] if filled.subject else said.subject
    return Rendered(subject=subject, text=said.text, html=said.html)


def _context(appointment: Appointment, reader: str, facts: dict[str, Any], words: Words) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "for_practitioner": reader == PRACTITIONER,
        "zone": appointment.timezone,
        "place": appointment.place,
        "preparation": appointment.service.preparation,
        "terms": facts["terms"],
        "policy": facts.get("policy", ""),
        # Asked for by the messages that name them, of which each has its text twice.
        "own_documents": SimpleLazyObject(lambda: _own_documents(facts["appointment"])),
        "url": facts["url"],
        "base_url": settings.BASE_URL,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "wording": words,
        "cannot_come_url": facts.get("cannot_come_url", ""),
        "stop_url": facts.get("stop_url", ""),
        **facts["more"],
    }


def _own_documents(frozen: dict[str, Any]) -> list[LegalVersion]:
    """The versions that the appointment was booked under. Their keys are enough: a published version never changes."""
    keys = [key for name in DOCUMENTS if (key := frozen.get(name)) is not None]
    if not keys:
        return []
    rows = LegalVersion.objects.select_related("document").defer("articles", "preamble", "summary")
    return sorted(rows.filter(pk__in=keys), key=lambda version: keys.index(version.pk))


def _terms(frozen: dict[str, Any]) -> list[dict[str, str]]:
    """The contract on a durable medium, which a link is not (Code de la consommation, L221-13; CJEU, C-49/11)."""
    key = frozen.get("practitioner_terms_id")
    version = LegalVersion.objects.select_related("document").filter(pk=key).first() if key else None
    if version is None:
        return []
    content = pdf.render(
        version,
        address=f"{settings.BASE_URL.rstrip('/')}{version.get_absolute_url()}",
        publisher=settings.WAGTAIL_SITE_NAME,
    )
    return [
        {
            "name": f"{version.document.slug}-v{version.number}.pdf",
            "content_type": "application/pdf",
            "base64": base64.b64encode(content).decode(),
        }
    ]


def _short(kind: Kind, reader: str, context: dict[str, Any], words: Words) -> str:
    """One SMS: the link at its end is kept whole, what stands before is cut where it must be."""
    said = words.opening or render_to_string(f"sms/booking/{kind.name}_{reader}.txt", context)
    text, link = gsm.plain(one_line(said)), f" {context['cannot_come_url']}" if context["cannot_come_url"] else ""
    room = gsm.LENGTH - gsm.length(link)
    if gsm.length(text) > room:
        while gsm.length(text) > room - 3:
            text = text[:-1]
        text = text.rstrip() + "..."
    return text + link
