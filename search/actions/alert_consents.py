"""The proof of each consent to an alert: a chained commitment, and beside it what identifies the person."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction

from legal.models import LegalDocument, LegalVersion
from legal.retention import holds
from search.models import AlertConsent, AlertConsentDetail, SearchAlert

KEPT_DAYS = 5 * 366
ENDS = (AlertConsent.Event.WITHDRAWN, AlertConsent.Event.ENDED)


@dataclass(frozen=True)
class Circumstances:
    """How it was done: the exact words of the box or the button, the page, and who asked for it."""

    text: str = ""
    page: str = ""
    ip: str | None = None
    agent: str = ""


@transaction.atomic
def record(*, alert: SearchAlert, event: AlertConsent.Event, how: Circumstances, now: dt.datetime) -> AlertConsent:
    detail = AlertConsentDetail(
        subject=alert.subject,
        email=alert.email,
        text=how.text,
        label=alert.label,
        page=how.page[:300],
        ip=how.ip or None,
        agent=how.agent[:300].replace("\x00", ""),
        salt=secrets.token_hex(32),
    )
    # What PostgreSQL gives back is compared with this later: an address is normalised by its own type first.
    detail.ip = AlertConsentDetail._meta.get_field("ip").clean(detail.ip, detail) if detail.ip else None
    commitment = detail.expected_commitment(event=event, recorded_at=now)
    row = AlertConsent.append(commitment=commitment, recorded_at=now, event=event, policy=_policy(now))
    detail.consent = row
    detail.save(force_insert=True)
    return row


def _policy(now: dt.datetime) -> LegalVersion | None:
    """The privacy policy that the page linked to."""
    versions = LegalVersion.objects.in_force(now)
    return versions.filter(document__kind=LegalDocument.Kind.PRIVACY, document__owner=None).order_by("-number").first()


def forget(*, subject: uuid.UUID) -> int:
    """Destroy what identifies the person in the links about one alert, salts included."""
    return AlertConsentDetail.objects.filter(subject=subject).delete()[0]


def forget_old(*, now: dt.datetime) -> int:
    """Destroy the details of alerts that ended longer ago than proofs are kept; returns how many links became anonymous."""
    limit = now - dt.timedelta(days=KEPT_DAYS)
    over = AlertConsentDetail.objects.filter(consent__event__in=ENDS, consent__recorded_at__lt=limit)
    due = AlertConsentDetail.objects.filter(subject__in=over.values("subject"))
    return int(holds.free("alert-consents", due, now).delete()[0])
