"""The proof of each consent given or withdrawn: a chained commitment, and beside it what identifies the person."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from common.models import BrokenLink
from legal.models import ConsentDetail, ConsentProof, LegalDocument, LegalVersion, Topic

Event = ConsentProof.Event
Kind = LegalDocument.Kind


@dataclass(frozen=True)
class Circumstances:
    """How it was done: the exact words of the box or the button, the page, and who asked for it."""

    text: str = ""
    page: str = ""
    ip: str | None = None
    agent: str = ""


def circumstances(request: HttpRequest, text: str, *, page: str = "") -> Circumstances:
    """Of a request. The page is its route, never its path: the token of a mail's link would open what it is about."""
    route = "/" + request.resolver_match.route if request.resolver_match else request.path
    return Circumstances(
        text=text,
        page=page or route,
        ip=request.META.get("REMOTE_ADDR"),
        agent=request.META.get("HTTP_USER_AGENT", ""),
    )


@transaction.atomic
def record(
    *,
    subject: uuid.UUID,
    topic: str,
    event: str,
    how: Circumstances,
    now: dt.datetime,
    email: str = "",
    user: User | None = None,
) -> ConsentProof:
    detail = ConsentDetail(
        subject=subject,
        user=user,
        email=email,
        text=how.text.replace("\x00", ""),
        page=how.page[:300].replace("\x00", ""),
        ip=how.ip or None,
        agent=how.agent[:300].replace("\x00", ""),
        salt=secrets.token_hex(32),
    )
    # What PostgreSQL gives back is compared with this later: an address is normalised by its own type first.
    detail.ip = ConsentDetail._meta.get_field("ip").clean(detail.ip, detail) if detail.ip else None
    commitment = detail.expected_commitment(topic=topic, event=event, recorded_at=now)
    row = ConsentProof.append(
        commitment=commitment, recorded_at=now, topic=topic, event=event, policy=policy_shown(topic, now)
    )
    detail.proof = row
    detail.save(force_insert=True)
    return row


def policy_shown(topic: str, now: dt.datetime) -> LegalVersion | None:
    """The document that the words link to: of cookies for a category of them, of privacy for mails."""
    return in_force(Kind.COOKIES if topic == Topic.VIDEOS else Kind.PRIVACY, now)


def in_force(kind: str, now: dt.datetime) -> LegalVersion | None:
    versions = LegalVersion.objects.in_force(now).filter(document__kind=kind, document__owner=None)
    return versions.order_by("-number").first()


def problems() -> Iterator[BrokenLink]:
    """Each link that does not hold, and each detail that does not give its commitment. Reads in streams, with flat memory."""
    yield from ConsentProof.broken_links()
    details = ConsentDetail.objects.select_related("proof").order_by("proof__sequence")
    for detail in details.iterator(chunk_size=2000):
        link = detail.proof
        expected = detail.expected_commitment(topic=link.topic, event=link.event, recorded_at=link.recorded_at)
        if expected != link.commitment:
            yield BrokenLink(link.sequence, "its detail does not give its commitment")
